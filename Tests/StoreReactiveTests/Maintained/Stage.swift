import StoreCore
import StoreTTL
import StoreTesting
import StoreTransactions

/// A store on a clock that stands still, with the buckets of a program.
struct Stage: Sendable {
    let setting: Setting
    let clock = ManualClock()
    let store: Store

    init(_ setting: Setting) async throws {
        self.setting = setting
        let sweeping: StoreOption =
            setting.lifetime == nil ? .expiry(checkInterval: .zero) : .expiry()
        store = try await Store.start("stage", .clock(clock), sweeping)
        for bucket in ["boxes", "items", "notes"] { try await setting.define(store, bucket) }
    }

    /// What cannot be done is left out.
    func take(_ step: Step) async throws {
        switch step {
        case .write(let writes):
            try? await store.write { context in
                for (bucket, write) in writes { try? write.apply(try context.bucket(bucket)) }
            }
        case .transaction(let writes):
            try? await store.transaction { transaction in
                for (bucket, write) in writes { try? write.apply(try transaction.bucket(bucket)) }
            }
        case .insertMany(let records): _ = try? await store.bucket("items").insertMany(records)
        case .advance(let seconds): clock.advance(by: .seconds(seconds))
        case .purge: _ = try? await store.purgeExpired()
        case .addField(let name, let bucket):
            _ = try? await store.updateBucket(bucket, adding: [name: column(name)])
        case .removeField(let name, let bucket):
            _ = try? await store.updateBucket(bucket, removing: [name])
        case .redefine(let bucket):
            try? await store.dropBucket(bucket)
            try? await setting.define(store, bucket)
        case .settle: break
        }
    }

    private func column(_ name: String) -> Column {
        switch name {
        case "kind": .string()
        case "extra": .integer(default: 1)
        default: .integer
        }
    }
}
