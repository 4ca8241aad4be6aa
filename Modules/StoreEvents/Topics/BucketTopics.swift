import StoreCore

/// The topics of one life of a bucket, spelled once.
final class BucketTopics: Sendable {
    let bucket: BucketReference
    private let inserted: String
    private let updated: String
    private let deleted: String

    init(_ bucket: BucketReference) {
        self.bucket = bucket
        inserted = "bucket.\(bucket.name).inserted"
        updated = "bucket.\(bucket.name).updated"
        deleted = "bucket.\(bucket.name).deleted"
    }

    subscript(kind: Change.Kind) -> String {
        switch kind {
        case .inserted: inserted
        case .updated: updated
        case .deleted: deleted
        }
    }
}
