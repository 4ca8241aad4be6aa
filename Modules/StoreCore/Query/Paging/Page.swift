/// One page of a query's records.
public struct Page: Sendable {
    /// The records, in order.
    public let records: [Record]
    /// Whether more records follow.
    public let hasMore: Bool
    /// Where the next page goes on; nil if this page is empty.
    public let nextCursor: Cursor?

    /// A page.
    public init(records: [Record], hasMore: Bool, nextCursor: Cursor?) {
        self.records = records
        self.hasMore = hasMore
        self.nextCursor = nextCursor
    }
}
