/// An aggregate while it is being worked out.
enum Accumulator {
    case count
    case sum(ExactSum)
    case avg(ExactSum)
    case min(Value)
    case max(Value)

    init(_ kind: Aggregate.Kind) {
        switch kind {
        case .count: self = .count
        case .sum: self = .sum(ExactSum())
        case .avg: self = .avg(ExactSum())
        case .min: self = .min(.null)
        case .max: self = .max(.null)
        }
    }

    mutating func add(_ value: Value) {
        switch self {
        case .count: break
        case .sum(var sum):
            self = .count
            sum.add(value)
            self = .sum(sum)
        case .avg(var sum):
            self = .count
            sum.add(value)
            self = .avg(sum)
        case .min(let least):
            if !value.isNull, least.isNull || Value.compare(value, least) < 0 { self = .min(value) }
        case .max(let greatest):
            if !value.isNull, Value.compare(value, greatest) > 0 { self = .max(value) }
        }
    }

    /// The result over `count` records.
    ///
    /// - Throws: ``QueryError`` if a sum cannot be represented.
    func result(count: Int) throws(QueryError) -> Value {
        switch self {
        case .count: return .integer(Int64(count))
        case .sum(let sum): return try sum.value()
        case .avg(let sum): return sum.mean.map { .double($0) } ?? .null
        case .min(let value), .max(let value): return value
        }
    }
}
