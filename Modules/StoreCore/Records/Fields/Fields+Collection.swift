extension Fields: RandomAccessCollection {
    /// A name and its value.
    public typealias Element = (name: String, value: Value)

    /// The place of the first field.
    @inlinable
    public var startIndex: Int { 0 }

    /// The place after the last field.
    @inlinable
    public var endIndex: Int { entries.count }

    /// The field at a place.
    ///
    /// As with every collection, a place outside of it is a programmer's error.
    @inlinable
    public subscript(position: Int) -> (name: String, value: Value) {
        let entry = entries[position]
        return (entry.name, entry.value)
    }
}
