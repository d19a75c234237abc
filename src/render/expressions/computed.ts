/** A computed number of the prose, `{{metric "walks" "peakLive"}}`, evaluated. */
export interface Computed {
  readonly text: string;
  /** Where it comes from, in words: `cell walks · peak live memory · saved`. */
  readonly from: string;
  /** Link to the cell that gave it; undefined for what no cell gave, such as a parameter. */
  readonly href: string | undefined;
}
