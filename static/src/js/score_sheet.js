// The tab of the engraved score: which staves, how large, where the music is, and notes that lead to the piano roll.
// The engraver (OpenSheetMusicDisplay) is large, so it comes only when this tab is opened.
import { getText } from "./api.js";
import { element, find } from "./dom.js";
import { LEAD } from "./score_model.js";
import { stemTitle } from "./reasons.js";
import { toastError } from "./toast.js";

const NEAR_UNITS = 3; // the engraver's unit is the distance of two staff lines
const VOICES = /^(lead-vocal|narrator|vocal-|backing-)/;

const BAR_PX = 140; // what stays over the sheet while it scrolls
const PRINT = 0.8;
const PRINT_FULL = 0.4; // some twenty staves on a sheet
const MARGINS = { PageTopMargin: 1, PageBottomMargin: 3, PageLeftMargin: 1, PageRightMargin: 1, TitleTopDistance: 2, TitleBottomDistance: 3 };

export class SheetTab {
  // `does`: {choose(note), seek(beat)}
  constructor(id, model, does) {
    Object.assign(this, { id, model, does });
    this.place = find("#sheet");
    this.zoom = innerWidth < 700 ? 0.62 : 0.9;
    this.isShown = false;
    this.made = ""; // what is engraved now: revision, staves, zoom
    this.beat = 0;
    this.staves = find("#staves");
    this.staves.addEventListener("change", () => this.refresh());
    find("#sheet-in").addEventListener("click", () => this.scale(1.15));
    find("#sheet-out").addEventListener("click", () => this.scale(1 / 1.15));
    find("#print").addEventListener("click", () => this.print());
    this.place.addEventListener("click", (event) => this.onClick(event));
    model.addEventListener("score", () => this.refresh());
    let timer = 0;
    let wide = innerWidth;
    addEventListener("resize", () => {
      if (innerWidth === wide) return;
      wide = innerWidth;
      clearTimeout(timer);
      timer = setTimeout(() => this.refresh(true), 250);
    });
  }

  setShown(isShown) {
    this.isShown = isShown;
    if (isShown) this.refresh();
  }

  scale(factor) {
    this.zoom = Math.max(0.35, Math.min(2, this.zoom * factor));
    this.refresh();
  }

  async refresh(isForced = false) {
    if (!this.isShown || !this.model.data || this.isWorking) return;
    const wanted = [this.model.data.revision, this.staves.value, this.zoom.toFixed(3)].join(" ");
    if (wanted === this.made && !isForced) return;
    this.isWorking = true;
    find("#sheet-note").hidden = false;
    try {
      await this.engrave();
      this.made = wanted;
      find("#sheet-note").hidden = true;
    } catch (error) {
      find("#sheet-note").hidden = true;
      toastError(error);
    }
    this.isWorking = false;
    const now = [this.model.data.revision, this.staves.value, this.zoom.toFixed(3)].join(" ");
    if (now !== wanted) this.refresh();
  }

  async engrave() {
    const [{ default: { OpenSheetMusicDisplay } }, text] = await Promise.all([import("opensheetmusicdisplay"), this.musicXml()]);
    const sheet = new DOMParser().parseFromString(text, "application/xml");
    this.offer(sheet);
    const isFull = this.keep(sheet);
    plainTempo(sheet);
    // The engraver draws no signature for church modes; the accidentals stand in `fifths`, whatever the mode is called.
    for (const mode of sheet.querySelectorAll("key > mode")) mode.textContent = "major";
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    this.engraver ??= new OpenSheetMusicDisplay(this.place, {
      backend: "svg", autoResize: false, autoBeam: true, drawTitle: true, drawComposer: false, drawSubtitle: false, drawLyricist: false, drawCredits: true,
      disableCursor: false, defaultColorMusic: "#241a10",
    });
    Object.assign(this.engraver.EngravingRules, MARGINS);
    this.engraver.setOptions({ drawPartNames: isFull, drawMeasureNumbers: true });
    await this.engraver.load(sheet);
    this.lay(this.zoom);
    this.steps = this.timesOf();
    this.isWorking = false;
    this.moveTo(this.beat, false);
  }

  // Lays the score out anew: on one endless page, or on sheets of paper.
  lay(zoom, pageFormat = "Endless") {
    const { engraver } = this;
    engraver.setOptions({ pageFormat });
    engraver.Zoom = zoom;
    engraver.render();
    const page = find("svg", this.place);
    page?.setAttribute("role", "img");
    page?.setAttribute("aria-label", `Sheet music of ${this.model.data.title}`);
    this.at = -1;
    engraver.cursor.CursorOptions = { type: 0, color: "#d98b25", alpha: 0.4, follow: false };
    engraver.cursor.show();
  }

  print() {
    if (!this.steps || this.isWorking) return;
    const isFull = this.staves.value === "full";
    this.lay(isFull ? PRINT_FULL : PRINT, isFull ? "A4_L" : "A4_P");
    addEventListener("afterprint", () => {
      this.lay(this.zoom);
      this.moveTo(this.beat, false);
    }, { once: true });
    print();
  }

  musicXml() {
    return getText(`${this.model.data.links.self}.musicxml?revision=${this.model.data.revision}`);
  }

  // Lead sheet, voices, full score, or one part.
  offer(sheet) {
    const names = [...sheet.querySelectorAll("score-part > part-name")].map((name) => name.textContent);
    const known = names.join("|");
    if (known === this.known) return;
    this.known = known;
    const was = this.staves.value || "lead";
    const single = element("optgroup", { label: "One part" }, ...names.slice(1).map((name) => new Option(stemTitle(name.replace(/^(vocal|backing)-/, "")), `part ${name}`)));
    const sets = [new Option("Lead sheet", "lead"), names.filter((name) => VOICES.test(name)).length > 1 && new Option("All voices", "voices"), new Option("Full score", "full")];
    this.staves.replaceChildren(...sets.filter(Boolean), single);
    this.staves.value = was;
    if (!this.staves.value) this.staves.value = "lead";
  }

  keep(sheet) {
    const wanted = this.staves.value;
    const listed = [...sheet.querySelectorAll("part-list > score-part")];
    const isKept = (name, at) => wanted === "full" || (wanted === "lead" && at === 0) || (wanted === "voices" && VOICES.test(name)) || wanted === `part ${name}`;
    listed.forEach((part, at) => {
      const name = part.querySelector("part-name");
      if (!isKept(name.textContent, at)) {
        sheet.querySelector(`part[id="${part.id}"]`)?.remove();
        part.remove();
      }
      name.textContent = stemTitle(name.textContent);
    });
    return sheet.querySelectorAll("part-list > score-part").length > 1;
  }

  // The beat of each place that the cursor can stand on.
  timesOf() {
    const iterator = this.engraver.cursor.iterator.clone();
    const times = [];
    while (!iterator.EndReached) {
      times.push(iterator.currentTimeStamp.RealValue * 4);
      iterator.moveToNext();
    }
    return times;
  }

  moveTo(beat, isPlaying) {
    this.beat = beat;
    if (!this.isShown || !this.steps?.length || this.isWorking) return;
    const wanted = Math.max(0, this.steps.findLastIndex((time) => time <= beat + 0.02));
    if (wanted === this.at) return;
    const { cursor } = this.engraver;
    if (wanted < this.at || this.at < 0) {
      cursor.reset();
      this.at = 0;
    }
    for (; this.at < wanted; this.at += 1) cursor.iterator.moveToNext();
    cursor.update();
    if (isPlaying) this.follow(cursor.cursorElement);
  }

  follow(mark) {
    const box = mark.getBoundingClientRect();
    const low = innerHeight * 0.92;
    const isTall = box.height > low - BAR_PX; // a full score: it is enough to see a piece of it
    if (isTall ? box.bottom < BAR_PX || box.top > low : box.top < BAR_PX || box.bottom > low) mark.scrollIntoView({ block: isTall ? "start" : "center" });
  }

  onClick(event) {
    const found = this.noteAt(event);
    if (!found) return;
    const beat = found.getAbsoluteTimestamp().RealValue * 4;
    const name = found.ParentStaffEntry.ParentStaff.ParentInstrument.Name;
    const { model } = this;
    const owner = model.parts.find((part) => stemTitle(part.name) === name)?.id ?? LEAD;
    const midi = found.halfTone + 12; // the engraver counts octaves from another C
    const worth = (note) => Math.abs(note.start - beat) + (note.midi === midi ? 0 : 0.4);
    const best = model.layer(owner).notes.reduce((least, note) => (!least || worth(note) < worth(least) ? note : least), null);
    if (!best || Math.abs(best.start - beat) > 1) return;
    this.does.seek(best.start);
    this.does.choose(best);
  }

  noteAt(event) {
    const svg = find("svg", this.place);
    if (!svg || !this.engraver.GraphicSheet) return null;
    const box = svg.getBoundingClientRect();
    const scale = 10 * this.zoom;
    const near = this.engraver.GraphicSheet.GetNearestNote(
      { x: (event.clientX - box.left) / scale, y: (event.clientY - box.top) / scale }, { x: NEAR_UNITS, y: NEAR_UNITS });
    return near?.sourceNote ?? null;
  }
}

// Players read one round tempo at the head; every bend of the performance would only crowd the page.
function plainTempo(sheet) {
  const marks = [...sheet.querySelectorAll("metronome")];
  marks.forEach((mark, at) => {
    const told = mark.querySelector("per-minute");
    if (at === 0 && told) told.textContent = String(Math.round(Number(told.textContent)));
    else mark.closest("direction-type")?.parentElement.remove();
  });
}
