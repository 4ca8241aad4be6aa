import StoreCore

/// An exact total of a field over the records that match, and what is made of it.
final class TotalMaintainer<Result: Sendable & Equatable>: Maintainer<Result>, @unchecked Sendable {
    private let make: @Sendable (ExactSum) throws -> Result
    private var sum = ExactSum()
    private var isTouched = false

    init(of field: String, _ make: @escaping @Sendable (ExactSum) throws -> Result) {
        self.make = make
        super.init(reading: [field])
    }

    override func read(
        _ query: Query, _ prepared: PreparedQuery, _ snapshot: Snapshot, _ recorder: ReadRecorder
    ) throws {
        sum = try query.total(of: fields[0])
    }

    override func replace(_ old: Record?, by new: Record?, _ prepared: PreparedQuery) {
        if let old { sum.subtract(prepared.value(0, of: old)) }
        if let new { sum.add(prepared.value(0, of: new)) }
        isTouched = true
    }

    override func settle(_ prepared: PreparedQuery, _ snapshot: Snapshot) -> Bool? {
        defer { isTouched = false }
        return isTouched
    }

    override func value() throws -> Result { try make(sum) }

    override func isSame(_ one: Result, _ other: Result) -> Bool { isSameResult(one, other) }
}
