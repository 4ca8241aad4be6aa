import StoreCore
import StoreTesting

extension ModelRun {
    private var anyKey: String { "k\(random.below(20))" }

    private func item(_ key: String) -> ModelItem {
        ModelItem(
            key: key, n: Int64(random.below(8)), tag: random.pick(ModelRun.tags),
            code: random.once(in: 3) ? "c\(random.below(12))" : nil)
    }

    private func span() -> Int64 {
        random.pick([1, 2, 1_000_000, 5_000_000, ModelRun.lifetime, 3_600_000_000])
    }

    /// An instant in the past, now, or later, far ahead too.
    private func instant() -> Timestamp {
        let spans: [Int64] = [
            -1_000_000, -1, 0, 1, 2, 1_000_000, 60_000_000, 3_155_760_000_000_000,
        ]
        return Timestamp(microseconds: now + random.pick(spans))
    }

    private func insertion() -> ModelStep {
        let item = item(anyKey)
        switch random.below(4) {
        case 0: return .insert(item, .lasting(span()))
        case 1:
            return .insert(item, .ending(instant()))
        default: return .insert(item, .asDefined)
        }
    }

    func nextStep() -> ModelStep {
        switch random.below(100) {
        case ..<40: insertion()
        case ..<48: .upsert(item(anyKey))
        case ..<54: .update(anyKey, n: Int64(random.below(8)))
        case ..<58: .recode(anyKey, random.once(in: 2) ? nil : "c\(random.below(12))")
        case ..<64: replacement()
        case ..<69: .increment(anyKey)
        case ..<74: .delete(anyKey)
        case ..<82: .touch(anyKey, random.once(in: 2) ? nil : span())
        case ..<87: .persist(anyKey)
        case ..<93: .setDeadline(anyKey, random.once(in: 4) ? nil : instant())
        case ..<96: .updateMany(tag: random.pick(ModelRun.tags), n: Int64(random.below(8)))
        case ..<98: .deleteMany(tag: random.pick(ModelRun.tags))
        case 98 where random.once(in: 3): .clear
        default: .increment(anyKey)
        }
    }

    private func replacement() -> ModelStep {
        let key = anyKey
        return .replace(key, item(key))
    }
}
