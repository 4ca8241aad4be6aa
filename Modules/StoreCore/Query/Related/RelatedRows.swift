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
    /// Told of each related record, by the number of the row that it is a part of.
    typealias Note = (_ row: Int, _ related: Record) -> Void

    /// By what the rows are put together, in the order asked for.
    public let links: [RelatedLink]
    let make: ([Record], Note?) throws -> [Element]

    init(_ links: [RelatedLink], _ make: @escaping ([Record], Note?) throws -> [Element]) {
        self.links = links
        self.make = make
    }

    /// One row for each of `records`.
    ///
    /// - Throws: as ``RelatedQuery/all()``.
    public func callAsFunction(_ records: [Record]) throws -> [Element] { try make(records, nil) }

    /// The same, each row with the related records that it was made of, in the order of the links.
    ///
    /// - Throws: as ``RelatedQuery/all()``.
    public func traced(_ records: [Record]) throws -> [(row: Element, related: [Record])] {
        var related: [[Record]] = Array(repeating: [], count: records.count)
        let rows = try make(records) { related[$0].append($1) }
        return zip(rows, related).map { (row: $0, related: $1) }
    }
}
