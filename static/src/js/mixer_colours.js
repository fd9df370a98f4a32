// One colour a family of sounds, as on a desk whose channels are marked with tape.
const BY_ROLE = {
  lead: "#e8c06a", choir: "#c79bf0", backing: "#e58bb5", strings: "#6fb7e8", brass: "#f09a7a", woodwind: "#8fd19e",
  keys: "#7fd6cf", plucked: "#b9c46a", pad: "#9aa7f2", bass: "#d3a27f", drums: "#e8743b", effects: "#c3b6a2",
};
const BUS = "#a99b86";

export const colourOf = (strip) => BY_ROLE[strip.role] ?? (strip.id === "mix" ? "#f8e3ae" : BUS);
export const ROLE_WORDS = {
  lead: "Lead voice", choir: "Choir", backing: "Backing vocals", strings: "Strings", brass: "Brass", woodwind: "Wind", keys: "Keys",
  plucked: "Plucked", pad: "Pad", bass: "Bass", drums: "Drums", effects: "Effect or unknown",
};
export const nameOf = (strip) => strip.label || strip.id;
