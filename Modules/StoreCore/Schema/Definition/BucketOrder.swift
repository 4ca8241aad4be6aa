/// The order in which a bucket's records are listed when a query asks for none.
public enum BucketOrder: String, Sendable, Hashable, Codable {
    /// As they were inserted; an update does not move a record.
    case insertion
    /// By their keys.
    case key
}
