/// Where the value of a field is found in the records of one layout.
struct FieldOperand: Sendable {
    enum Root: Sendable, Hashable {
        case column(Int)
        case undeclared(ByteString)
        case version, createdAt, updatedAt, expiresAt
    }

    let root: Root
    /// What leads on from the root into objects.
    let steps: ArraySlice<String>

    /// Finds `path` in `layout`: a column by its full name, otherwise the field that its first step names.
    ///
    /// - Throws: ``QueryError`` if a strict bucket does not declare the field.
    init(_ path: FieldPath, in layout: Layout) throws(QueryError) {
        let names = path.names
        if names.count > 1, let slot = layout.slot(ofPath: path) {
            self.init(root: .column(slot), steps: [])
            return
        }
        guard let first = names.first else {
            throw QueryError(
                reason: .unknownField, message: "A field path needs at least one name.")
        }
        self.init(root: try FieldOperand.root(first, in: layout), steps: names.dropFirst())
    }

    /// The declared field at `slot`.
    init(column slot: Int) { self.init(root: .column(slot), steps: []) }

    private init(root: Root, steps: ArraySlice<String>) {
        self.root = root
        self.steps = steps
    }

    private static func root(_ name: String, in layout: Layout) throws(QueryError) -> Root {
        if let slot = layout.slot(of: name) { return .column(slot) }
        switch name {
        case "_version": return .version
        case "_createdAt": return .createdAt
        case "_updatedAt": return .updatedAt
        case "_expiresAt": return .expiresAt
        default: break
        }
        guard !layout.isStrict else {
            throw QueryError(
                reason: .unknownField,
                message: "The strict bucket \"\(layout.bucket)\" declares no field \"\(name)\"; "
                    + "it has \(layout.names.joined(separator: ", ")).")
        }
        return .undeclared(ByteString(name))
    }

    /// The column, if the field is one as a whole.
    var slot: Int? {
        if case .column(let slot) = root, steps.isEmpty { return slot }
        return nil
    }

    /// Whether values of the field may be equal and yet look different.
    func hasSpellings(in layout: Layout) -> Bool {
        slot.map { layout.columns[$0].type.hasSpellings } ?? true
    }

    /// A sum of nothing, to which values of the field are to be added.
    func emptySum(in layout: Layout) -> ExactSum {
        ExactSum(ofDecimals: slot.map { layout.columns[$0].format == .decimal } ?? false)
    }

    /// The field's value in `record`, which has `columns` declared columns.
    func value(in record: RecordRef, columns: Int) -> Value {
        value(in: record, columns: columns) { name, fields in fields[exact: name] }
    }

    /// The same for one of many fields of the record.
    func value(
        in record: RecordRef, columns: Int, _ searches: inout FieldSearches
    ) -> Value {
        value(in: record, columns: columns) { searches.value(of: $0, in: $1) }
    }

    @inline(__always)
    private func value(
        in record: RecordRef, columns: Int, _ find: (String, Fields) -> Value
    ) -> Value {
        var value = rootValue(in: record, columns: columns, find)
        for step in steps {
            guard case .object(let fields) = value else { return .null }
            value = find(step, fields)
        }
        return value
    }

    @inline(__always)
    private func rootValue(
        in record: RecordRef, columns: Int, _ find: (String, Fields) -> Value
    ) -> Value {
        let header = record.header
        switch root {
        case .column(let slot): return record.values[slot]
        case .undeclared(let name):
            guard header.pointee.hasExtras, case .object(let fields) = record.values[columns] else {
                return .null
            }
            return find(name.text, fields)
        case .version: return .integer(Int64(header.pointee.version))
        case .createdAt: return .date(header.pointee.createdAt)
        case .updatedAt: return .date(header.pointee.updatedAt)
        case .expiresAt:
            let deadline = header.pointee.expiresAt
            return deadline == .max ? .null : .date(Timestamp(microseconds: deadline))
        }
    }
}
