/// A column by which records of two buckets belong together.
public enum RelatedLink: Sendable, Hashable {
    /// A record belongs to that of `bucket` whose key its `field` holds.
    case target(of: String, in: BucketReference)
    /// A record belongs to those of `bucket` whose `field` holds its key.
    case referrers(in: BucketReference, by: String)

    /// The bucket of what is related.
    public var bucket: BucketReference {
        switch self {
        case .target(_, let bucket), .referrers(let bucket, _): bucket
        }
    }
}

/// What makes rows of records and of what they are related to; see ``RelatedQuery/rows(reading:)``.
public struct RelatedRows<Element> {
    /// By what the rows are put together, in the order asked for.
    public let links: [RelatedLink]
    private let make: ([Record]) throws -> [Element]

    init(_ links: [RelatedLink], _ make: @escaping ([Record]) throws -> [Element]) {
        self.links = links
        self.make = make
    }

    /// One row for each of `records`.
    ///
    /// - Throws: as ``RelatedQuery/all()``.
    public func callAsFunction(_ records: [Record]) throws -> [Element] { try make(records) }
}
