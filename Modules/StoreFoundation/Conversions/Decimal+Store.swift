public import StoreCore

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Decimals are stored exactly, as texts that sort as their numbers do.
///
/// So indexes, ranges, ordering, keys and unique columns work as they do for numbers, and so do aggregates:
/// sums are exact, or an error where a decimal cannot hold them, and means are rounded once to 38 digits.
/// The form of the texts is that of `DecimalText`, and a column of them has the format `.decimal`.
///
/// Code without this module reads and writes such a text by way of the same rules; a plain `123.45` is
/// refused where a decimal is read, since it would sort at random among the others.
extension Decimal: StoreValue {
    /// The type of the column: text.
    public static var columnType: ColumnType? { .string }

    /// The form of the texts, by which the store knows that they are numbers.
    public static var columnFormat: Column.Format? { .decimal }

    /// The decimal's text; for what is no number a value that no column takes.
    public var storeValue: Value {
        isNaN ? .double(.nan) : .string(DecimalText(self).description)
    }

    /// Makes a decimal of its text, or of a whole number; nil when the value is neither.
    public init?(storeValue: Value) {
        switch storeValue {
        case .integer(let number): self.init(number)
        case .string(let text):
            guard let decimal = DecimalText(text)?.decimal else { return nil }
            self = decimal
        default: return nil
        }
    }
}

extension Decimal: RecordKey {}

extension Decimal: StoreNumber {
    /// A mean of decimals is one.
    public typealias Mean = Decimal
}
