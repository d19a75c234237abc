/** Names of the fields of a heap snapshot's entries, in order, for each section. Part of the snapshot's header. */
export interface SnapshotMeta {
  readonly node_fields: readonly string[];
  readonly node_types: readonly [readonly string[], ...unknown[]];
  readonly trace_function_info_fields: readonly string[];
  readonly location_fields: readonly string[];
  readonly edge_fields: readonly string[];
}
