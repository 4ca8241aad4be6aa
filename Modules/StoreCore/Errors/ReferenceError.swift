/// Why a write was refused: it would have left a reference that leads nowhere.
///
/// The store is as it was before.
public struct ReferenceError: Error, Sendable, Hashable {
    /// What is wrong with the reference.
    public enum Reason: String, Sendable, Hashable {
        /// There is no record with the key that the field holds: insert it first, or in the same commit.
        case missing
        /// A record that is to be deleted is still referred to: delete what refers to it first, or in the same commit.
        case restricted
        /// The deletion would have taken more records with it than one commit may hold.
        case tooManyCascades
        /// A record is to have a deadline, and the reference would keep it with `.restrict`: use `.cascade` or `.setNull`,
        /// or let the record live.
        case expiring
    }

    /// What is wrong.
    public let reason: Reason
    /// The bucket of the record that refers to another.
    public let bucket: String
    /// The field that refers.
    public let field: String
    /// The key of the record that refers; nil if there are too many, or if it may be any.
    public let key: Key?
    /// The bucket that the field refers to.
    public let referencedBucket: String
    /// The key that is referred to.
    public let referencedKey: Key

    /// Makes an error.
    public init(
        reason: Reason, bucket: String, field: String, key: Key?, referencedBucket: String,
        referencedKey: Key
    ) {
        self.reason = reason
        self.bucket = bucket
        self.field = field
        self.key = key
        self.referencedBucket = referencedBucket
        self.referencedKey = referencedKey
    }
}

extension ReferenceError: CustomStringConvertible {
    /// Both buckets, the keys, and what to do.
    public var description: String {
        let target = "\(referencedKey.value.excerpt) in bucket \(referencedBucket.excerpt)"
        let place = "field \(field.excerpt) of bucket \(bucket.excerpt)"
        let record = key.map { " (record \($0.value.excerpt))" } ?? ""
        return switch reason {
        case .missing:
            "There is no record \(target), to which \(place)\(record) refers; insert it first, or in the same commit"
        case .restricted:
            "Record \(target) is still referred to by \(place)\(record); delete that first, or in the same commit"
        case .tooManyCascades:
            "Deleting record \(target) would change more records of bucket \(bucket.excerpt) than one commit may; "
                + "delete them in several steps first"
        case .expiring:
            "Record \(target) cannot have a deadline: \(place) refers to such records with .restrict, which would keep "
                + "them; use .cascade or .setNull there"
        }
    }
}
