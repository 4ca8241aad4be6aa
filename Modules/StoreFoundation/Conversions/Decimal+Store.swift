public import StoreCore

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Decimals are stored exactly, as texts that sort as their numbers do.
///
/// So indexes, ranges, ordering, keys and unique columns work as they do for numbers; `min` and `max`
/// too, but sums and averages do not. Amounts that are to be added up by the store are better kept as
/// whole cents. Numbers that are equal have the same text, 1.5 and 1.50 for example. The text of
/// 123.45 is `>502:12345`:
///
/// | part | of a positive number | of a negative number |
/// |---|---|---|
/// | sign | `>`; zero is just `=` | `<` |
/// | magnitude | the exponent of the first digit, plus 500 | 500 minus that exponent |
/// | digits | without zeros at either end | each taken from 9, and `~` behind them |
///
/// Code without this module reads and writes such a text by way of the same rules; a plain `123.45` is
/// refused where a decimal is read, since it would sort at random among the others.
extension Decimal: StoreValue {
    /// The type of the column: text.
    public static var columnType: ColumnType? { .string }

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
