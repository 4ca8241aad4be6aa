import StoreCore
import StoreReactive
import StoreTesting
import Testing

struct SamenessTests {
    let clock = ManualClock()

    private func bucket() async throws -> (Store, DynamicBucket) {
        let store = try await Store.start("t", .clock(clock))
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: ["id": .integer, "n": .number, "any": .object])
        try await bucket.insert(["id": 1, "n": 1])
        return (store, bucket)
    }

    @Test func `a body's records are shown with what the store knows of them`() async throws {
        let (store, bucket) = try await bucket()
        let one = store.live { ctx in try ctx.bucket("b").get(1) }
        let all = store.live { ctx in try ctx.bucket("b").all() }
        try await store.settle()
        try await bucket.update(1, ["n": 1])
        try await store.settle()
        #expect(one.latest?.value?.version == 2)
        #expect(all.latest?.value.first?.version == 2)
        await store.stop()
    }

    @Test func `a result that is equal and looks different is another one`() async throws {
        let (store, bucket) = try await bucket()
        let value = store.live { ctx in try ctx.bucket("b").get(1)?["n"] }
        let number = store.live { ctx in try ctx.bucket("b").get(1)?["n"].double ?? 0 }
        let sum = bucket.query.live(.sum("n"))
        let least = bucket.query.live(.min("n"))
        let different = bucket.query.live(.distinct("n"))
        let groups = bucket.query.groupBy("n").live(.count)
        let limited = bucket.query.limit(5).live(.max("n"))
        for number: Value in [1, 1.0, 0.0, -0.0, 0, 1] {
            try await bucket.update(1, ["n": number])
            try await store.settle()
            let identical: [Value?] = [
                value.latest.flatMap { $0.value }, least.latest.flatMap { $0.value },
                different.latest?.value.first, groups.latest?.value.first?["n"],
                limited.latest.flatMap { $0.value },
            ]
            for shown in identical {
                #expect(shown?.isIdentical(to: number) == true, "\(number), not \(shown ?? .null)")
            }
            #expect(sum.latest?.value.isIdentical(to: try bucket.sum("n")) == true)
        }
        try await bucket.update(1, ["n": 0.0])
        try await store.settle()
        try await bucket.update(1, ["n": -0.0])
        try await store.settle()
        #expect(number.latest?.value.sign == .minus)
        await store.stop()
    }
}
