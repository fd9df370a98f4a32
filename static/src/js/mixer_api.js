// The audio API as the console's pages use it.
import { request, sendFile } from "./api.js";

const root = "/api/audio";
const session = (id) => `${root}/sessions/${id}`;

export const getEffects = () => request("GET", `${root}/effects`);
export const listSessions = () => request("GET", `${root}/sessions`);
export const createSession = (asked) => request("POST", `${root}/sessions`, asked);
export const getSession = (id) => request("GET", session(id));
export const deleteSession = (id) => request("DELETE", session(id));
export const getConsole = (id) => request("GET", `${session(id)}/console`);
export const putConsole = (id, state, base_revision, summary) => request("PUT", `${session(id)}/console`, { state, base_revision, summary });
export const stepConsole = (id, step, base_revision) => request("POST", `${session(id)}/${step}`, { base_revision });
export const listSnapshots = (id) => request("GET", `${session(id)}/snapshots`);
export const createSnapshot = (id, name) => request("POST", `${session(id)}/snapshots`, { name });
export const restoreSnapshot = (id, snapshot) => request("POST", `${session(id)}/snapshots/${snapshot}/restore`, {});
export const assist = (id) => request("POST", `${session(id)}/assist`, {});
export const stepDecision = (id, decision, verb) => request("POST", `${session(id)}/decisions/${decision}/${verb}`, {});
export const sendWish = (id, text) => request("POST", `${session(id)}/wishes`, { text });
export const freeze = (id, channel) => request("POST", `${session(id)}/freeze`, { channel });
export const listBounces = (id) => request("GET", `${session(id)}/bounces`);
export const chooseBounce = (id, job) => request("POST", `${session(id)}/bounces/${job}/choose`);
export const deleteStem = (id, name) => request("DELETE", `${session(id)}/stems/${encodeURIComponent(name)}`);
export const deleteSnapshot = (id, snapshot) => request("DELETE", `${session(id)}/snapshots/${snapshot}`);
export const sendTake = (id, form) => request("POST", `${session(id)}/takes`, form);
export const startMix = (asked) => request("POST", `${root}/mix`, asked);
export const startMaster = (asked) => request("POST", `${root}/master`, asked);
export const getJob = (id) => request("GET", `${root}/jobs/${id}`);
export const deleteJob = (id) => request("DELETE", `${root}/jobs/${id}`);
export const stepJob = (id, verb) => request("POST", `${root}/jobs/${id}/${verb}`, {});

// A sound file, with news of how much has been sent.
export const uploadSound = (file, onProgress = () => {}) => sendFile(`${root}/uploads`, file, onProgress);
