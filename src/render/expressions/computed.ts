/** The value of an expression, such as `{{metric "walks" "peakLive"}}`. */
export interface Computed {
  readonly text: string;
  /** Origin of the value: `cell walks · peak live memory · saved`. */
  readonly from: string;
  /** Link to the cell that measured the value; undefined for values without a cell, such as a parameter. */
  readonly href: string | undefined;
}
