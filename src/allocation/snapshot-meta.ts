/** What the header of a heap snapshot says of its sections: the fields of their entries, in order. */
export interface SnapshotMeta {
  readonly node_fields: readonly string[];
  readonly node_types: readonly [readonly string[], ...unknown[]];
  readonly trace_function_info_fields: readonly string[];
  readonly location_fields: readonly string[];
  readonly edge_fields: readonly string[];
}
