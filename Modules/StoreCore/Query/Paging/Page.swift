/// One page of a query's records.
public struct Page: Sendable {
    /// The records, in order.
    public let records: [Record]
    /// Whether more records follow; for a page that was read backwards, whether any precede it.
    public let hasMore: Bool
    /// Where the next page goes on; nil if this page is empty.
    public let nextCursor: Cursor?
    /// Where the page before goes on, towards the beginning; nil if this page is empty.
    public let previousCursor: Cursor?

    /// A page.
    public init(
        records: [Record], hasMore: Bool, nextCursor: Cursor?, previousCursor: Cursor? = nil
    ) {
        self.records = records
        self.hasMore = hasMore
        self.nextCursor = nextCursor
        self.previousCursor = previousCursor
    }
}
