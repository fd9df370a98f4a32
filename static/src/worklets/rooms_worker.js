// Works rooms out beside the page: a tail of seconds takes tenths of a second, in which a page would stand still.
import { prepareRoom } from "./effects/rooms.js";

self.onmessage = ({ data }) => {
  const room = prepareRoom(data);
  self.postMessage({ key: data.key, room }, (room.parts ?? []).map((part) => part.spectra.buffer));
};
