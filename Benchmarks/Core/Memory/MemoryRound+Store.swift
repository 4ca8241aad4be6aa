import StoreCore

extension MemoryRound {
    static func store(_ count: Int, deleting: Bool) async throws -> Double {
        try await bytesPerRecord(count, deleting: deleting) { doomed in
            let store = try await Store.start("bench")
            let records = try await store.defineBucket(
                "wide", key: "id",
                schema: [
                    "id": .integer(required: true),
                    "first": .string(),
                    "last": .string(),
                    "city": .string(),
                    "country": .string(),
                    "age": .integer(),
                    "score": .number(),
                    "role": .string(),
                ],
                indexes: ["role"])
            for index in 0..<count { try await records.insert(fields(WideRow(index))) }
            for key in doomed { try await records.delete(key) }
            return store
        }
    }

    private static func fields(_ row: WideRow) -> Fields {
        [
            "id": .integer(Int64(row.id)), "first": .string(row.first), "last": .string(row.last),
            "city": .string(row.city), "country": .string(row.country),
            "age": .integer(Int64(row.age)),
            "score": .double(row.score), "role": .string(row.role),
        ]
    }
}
