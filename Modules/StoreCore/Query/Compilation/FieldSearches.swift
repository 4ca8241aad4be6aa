/// The searches for many fields of one record: a large object that is searched often gets a table of its names.
///
/// Without one, as many searches as an object has fields take the square of that.
struct FieldSearches {
    /// What has been asked of one object.
    private struct Searched {
        var count = 0
        var finder: FieldFinder?

        mutating func value(of name: String, in fields: Fields) -> Value {
            if let finder { return finder[name] }
            count += 1
            if count == FieldSearches.plainMax { finder = FieldFinder(fields) }
            return fields[exact: name]
        }
    }

    /// Up to this many searches are not worth a table.
    static let plainMax = 16

    private let mayBeMany: Bool
    /// By where the objects' fields lie, which is the same for as long as the record is.
    private var objects: [UnsafeRawPointer: Searched] = [:]

    /// For at most `count` fields.
    @inline(__always)
    init(_ count: Int) { mayBeMany = count > FieldSearches.plainMax }

    mutating func value(of name: String, in fields: Fields) -> Value {
        guard mayBeMany, fields.count > Fields.linearMax,
            let place = fields.entries.withUnsafeBufferPointer({ $0.baseAddress })
        else { return fields[exact: name] }
        return objects[UnsafeRawPointer(place), default: Searched()].value(of: name, in: fields)
    }
}
