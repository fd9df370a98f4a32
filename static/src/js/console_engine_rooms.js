// The rooms of reverb effects: each is prepared once, outside the audio thread, and known by its key.

export class Rooms {
  constructor({ impulseUrl = "/api/audio/impulses", rate_hz, onRoom }) {
    this.impulseUrl = impulseUrl;
    this.rate_hz = rate_hz;
    this.onRoom = onRoom;
    this.found = new Map();
    this.coming = new Map();
  }

  want() {}

  async ready() {
    await Promise.all(this.coming.values());
  }
}
