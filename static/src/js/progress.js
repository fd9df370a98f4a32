// News of a running song or film: over a websocket, and by asking every second where there is none (or it is silent).
import { getGeneration } from "./api.js";

const POLL_MS = 1000;
const SLOW_POLL_MS = 5000; // beside an open socket: a lost message is made good
const RETRY_SOCKET_MS = 4000;
const OPEN = 1; // WebSocket.OPEN, also where there is no WebSocket

export const isOver = (state) => ["done", "failed", "cancelled"].includes(state);

// Calls onNews(generation) until the song is over; returns a function that stops it. onLost(lost) tells of silence.
export const follow = (id, onNews, onLost) =>
  followJob({ get: () => getGeneration(id), socket: `/ws/generations/${id}` }, onNews, onLost);

// The same for any job: `get` asks for its news, `socket` is the path where they are told.
export function followJob({ get, socket: path }, onNews, onLost = () => {}) {
  let socket = null;
  let timer = 0;
  let stopped = false;

  const stop = () => {
    stopped = true;
    clearTimeout(timer);
    socket?.close();
  };

  const take = (news) => {
    if (stopped) return;
    onNews(news);
    if (isOver(news.state)) stop();
  };

  const poll = async () => {
    try {
      const news = await get();
      onLost(false);
      take(news);
    } catch (error) {
      if (error.status === 404) return stop();
      onLost(true);
    }
    if (!stopped) timer = setTimeout(poll, socket?.readyState === OPEN ? SLOW_POLL_MS : POLL_MS);
    return undefined;
  };

  const connect = () => {
    if (stopped || !("WebSocket" in window)) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}${path}`);
    socket.addEventListener("message", (event) => take(JSON.parse(event.data)));
    socket.addEventListener("close", () => setTimeout(connect, RETRY_SOCKET_MS)); // connect() ends when stopped
  };

  connect();
  poll();
  return stop;
}
