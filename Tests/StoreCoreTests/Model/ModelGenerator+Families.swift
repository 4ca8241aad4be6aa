import StoreCore
import StoreTesting

/// Few records with few fields, which refer to one another, and meet in keys, unique values and deadlines.
extension ModelGenerator {
    /// Several changes at once, mostly: what they come to together is what matters.
    mutating func familyStep() -> ModelStep {
        let operations = (0..<random.pick([1, 2, 3, 4, 6])).map { _ in familyOperation() }
        switch random.below(10) {
        case 0..<5: return .write(operations, catches: true, throwsAtEnd: false)
        case 5..<8: return .batch(operations, require: nil)
        case 8: return .one(operations[0])
        default: return .advance(seconds: 1)
        }
    }

    /// Hardly any fails by itself, so that commits get to the end.
    private mutating func familyOperation() -> ModelOperation {
        switch random.below(20) {
        case 0..<9: .upsert(0, key(), familyFields(of: 0))
        case 9..<12: .upsert(1, key(), familyFields(of: 1))
        // Losses in the first bucket, to which others refer.
        case 12, 13: .delete(0, key(), version: nil)
        case 14: .deleteMany(0, .all)
        case 15, 16: .expire(bucket(), key())
        case 17: .insert(bucket(), key(), familyFields(of: 0), ttl: ttl())
        default: .setDeadline(bucket(), key(), ttl: random.once(in: 6) ? nil : ttl())
        }
    }

    private mutating func familyFields(of bucket: Int) -> Fields {
        var fields: Fields = [:]
        for field in bucket == 0 ? ["boss"] : ["owner", "heir"] where !random.once(in: 3) {
            fields[field] = random.once(in: 6) ? .null : .integer(Int64(key()))
        }
        if random.once(in: 3) { fields["name"] = .string(random.pick(["n1", "n2", "n3"])) }
        if random.once(in: 6) { fields["child"] = .integer(Int64(key())) }
        if random.once(in: 12) { fields["ttl"] = .integer(Int64(ttl())) }
        return fields
    }
}
