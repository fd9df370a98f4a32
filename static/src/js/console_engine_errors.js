// What keeps the console from sounding, in one sentence for people.

export class EngineError extends Error {}
