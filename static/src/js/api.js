// The studio's REST contract, as the pages use it. Every failure becomes an ApiError with one sentence and its field.

const NO_ANSWER = "The studio does not answer. Check that it is still running, then try again; nothing you typed is lost.";

export class ApiError extends Error {
  constructor(message, { status = 0, code = "", field = null, details = {} } = {}) {
    super(message);
    this.details = details;
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

function csrfToken() {
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return cookie ? decodeURIComponent(cookie.slice("csrftoken=".length))
    : document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

// A body goes as JSON; a form with files in it goes as it is, and the browser names its type.
export async function request(method, url, body, moreHeaders = {}, signal = undefined) {
  const headers = { Accept: "application/json", ...moreHeaders };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(url, {
      method, headers, signal, credentials: "same-origin", body: body === undefined || isForm ? body : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error; // people stopped it themselves
    throw new ApiError(NO_ANSWER, { code: "no_answer" });
  }
  if (response.status === 204) return null;
  const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
  const data = isJson ? await response.json().catch(() => null) : null;
  if (!response.ok) throw toError(response.status, data);
  return data;
}

function toError(status, data) {
  const told = data?.error ?? {};
  const message = told.message ?? `The studio answered with an error (${status}). Try again in a moment.`;
  return new ApiError(message, { status, code: told.code ?? "", field: told.field ?? null, details: told.details ?? {} });
}

const root = "/api/generations";

// The same `key` answers the same song, so that a request sent twice makes one.
export const createGeneration = (brief, key) => request("POST", root, brief, { "Idempotency-Key": key });
export const newKey = () => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("-");
export const getGeneration = (id) => request("GET", `${root}/${id}`);
export const cancelGeneration = (id) => request("POST", `${root}/${id}/cancel`);
export const retryGeneration = (id) => request("POST", `${root}/${id}/retry`);
export const deleteGeneration = (id) => request("DELETE", `${root}/${id}`);
export const restoreGeneration = (id) => request("POST", `${root}/${id}/restore`);
export const fileUrl = (id, name) => `${root}/${id}/files/${name.split("/").map(encodeURIComponent).join("/")}`;

export function listGenerations(filters) {
  const asked = Object.entries(filters).filter(([, value]) => value !== "" && value != null);
  return request("GET", `${root}?${new URLSearchParams(asked)}`);
}

// The score: each write goes out from a revision and answers the whole score anew.
const score = (id) => `${root}/${id}/score`;
export const getScore = (id) => request("GET", score(id));
export const patchScore = (id, base_revision, operations) => request("PATCH", score(id), { base_revision, operations });
export const stepScore = (id, step, base_revision) => request("POST", `${score(id)}/${step}`, { base_revision });
export const editSection = (id, index, verb, body) => request("POST", `${score(id)}/sections/${index}/${verb}`, body);
export const previewScore = (id, span, signal) => request("POST", `${score(id)}/preview`, span, {}, signal);
export const renderScore = (id) => request("POST", `${score(id)}/render`);
export const uploadScore = (form) => request("POST", "/api/scores", form);
const films = (id) => `${root}/${id}/films`;
export const listCuts = (id) => request("GET", films(id));
export const createCut = (id, asked) => request("POST", films(id), asked);
export const getCut = (id, cut) => request("GET", `${films(id)}/${cut}`);
export const stepCut = (id, cut, verb) => request("POST", `${films(id)}/${cut}/${verb}`);
export const deleteCut = (id, cut) => request("DELETE", `${films(id)}/${cut}`);
export const listMixes = (id) => request("GET", `${root}/${id}/mixes`);
export const chooseMix = (id, mix) => request("POST", `${root}/${id}/mixes/${mix}/choose`);
export const deleteMix = (id, mix) => request("DELETE", `${root}/${id}/mixes/${mix}`);
export const getRelatives = (id) => request("GET", `${root}/${id}/relatives`);
export const createVariations = (id, asked) => request("POST", `${root}/${id}/variations`, asked);

// The voice lab. `signal` gives the line up: the studio then stops singing it.
export const createAudition = (asked, signal) => request("POST", "/api/voices/auditions", asked, {}, signal);
export const getAudition = (id) => request("GET", `/api/voices/auditions/${encodeURIComponent(id)}`);
export const getPronunciation = (text, signal) =>
  request("GET", `/api/voices/pronunciation?${new URLSearchParams({ text })}`, undefined, {}, signal);

export async function getText(url) {
  const response = await fetch(url, { credentials: "same-origin" });
  if (!response.ok) throw new ApiError(`A file of this song could not be read (${response.status}).`, response);
  return response.text();
}

export const getJson = async (url) => JSON.parse(await getText(url));

// A person's own pictures and clips. A request of the old kind, because only that one tells how much was sent.
export const listMedia = () => request("GET", "/api/media");
export const getMedia = (id) => request("GET", `/api/media/${id}`);
export const deleteMedia = (id) => request("DELETE", `/api/media/${id}`);

export const uploadMedia = (file, onProgress) => sendFile("/api/media", file, onProgress);

export function sendFile(url, file, onProgress) {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file);
    sending.open("POST", url);
    sending.responseType = "json";
    sending.setRequestHeader("Accept", "application/json");
    sending.setRequestHeader("X-CSRFToken", csrfToken());
    sending.upload.addEventListener("progress", (event) => event.lengthComputable && onProgress(event.loaded / event.total));
    sending.addEventListener("error", () => reject(new ApiError(NO_ANSWER, { code: "no_answer" })));
    sending.addEventListener("load", () => {
      if (sending.status < 300 && sending.response) resolve(sending.response);
      else reject(toError(sending.status, sending.response));
    });
    sending.send(body);
  });
}
