public import StoreCore

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension Timestamp {
    /// Makes the point in time of a Foundation date, rounded to the microsecond.
    ///
    /// What lies beyond `distantPast` or `distantFuture` becomes that.
    public init(_ date: Date) { self.init(seconds: date.timeIntervalSince1970) }
}

extension Date {
    /// Makes a Foundation date of a point in time, as near as a `Double` of seconds comes to it.
    public init(_ timestamp: Timestamp) { self.init(timeIntervalSince1970: timestamp.seconds) }
}

extension Date: StoreValue {
    /// The type of the column.
    public static var columnType: ColumnType? { .date }

    /// The date as a value.
    public var storeValue: Value { .date(Timestamp(self)) }

    /// Makes a date; nil when the value is none.
    public init?(storeValue: Value) {
        guard let timestamp = storeValue.date else { return nil }
        self.init(timestamp)
    }
}

extension Date: KeyConvertible {
    /// The key of this date.
    public var storeKey: Key { Key(storeValue) }
}

extension Date: RecordKey {}
