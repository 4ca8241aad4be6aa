import StoreCore

extension Value {
    /// Reads what a field of a file stands for; nil when the text is nothing of that type.
    init?(_ text: String?, as type: ColumnType) {
        guard let text else {
            self = .null
            return
        }
        switch type {
        case .string:
            self = .string(text)
        case .integer:
            guard let number = Int64(text) else { return nil }
            self = .integer(number)
        case .number:
            guard let number = Double(text), number.isFinite else { return nil }
            self = .double(number)
        case .boolean:
            guard let flag = ["0": false, "1": true][text] else { return nil }
            self = .bool(flag)
        case .date:
            // The files write dates as "1996-07-04 00:00:00.000", and mean UTC.
            guard let date = Timestamp(iso8601: text) ?? Timestamp(iso8601: text + "Z") else {
                return nil
            }
            self = .date(date)
        case .bytes, .array, .object:
            return nil
        }
    }
}
