import StoreCore
import Testing

/// The code of the article Queries.
@Suite struct `The query guide` {
    private func people() async throws -> DynamicBucket {
        let store = try await Store.start("people")
        let people = try await store.defineBucket(
            "people", key: "id",
            schema: [
                "id": .integer(generated: .autoincrement),
                "name": .string(required: true),
                "email": .string(unique: true),
                "role": .string,
                "age": .integer(range: 0...),
                "address": .object,
            ], indexes: ["age", ["role", "name"]])
        try await people.insertMany(
            (1...1_000).map { number in
                [
                    "name": .string("name \(number % 100)"), "age": .integer(Int64(number % 90)),
                    "email": .string("\(number)@example.com"),
                    "role": number.isMultiple(of: 10) ? "admin" : "user",
                    "address": ["city": number.isMultiple(of: 2) ? "Berlin" : "Bern"],
                ]
            })
        return people
    }

    @Test func `a query is a value`() async throws {
        let people = try await people()
        let adults = people.where(.field("age") >= 18)
        let admins = adults.where(["role": "admin"]).order(by: "name")

        let oldest = try admins.order(by: "age", .descending).first()
        let some = try admins.offset(20).limit(10).all()
        let number = try adults.count()

        #expect(oldest != nil)
        #expect(some.count == 10)
        #expect(number == 792)
    }

    @Test func `what can be asked`() async throws {
        let people = try await people()
        let predicates: [Predicate] = [
            .field("age") >= 18 && .field("age") < 65,
            .field("age").between(18, 64),
            .field("role") == "admin" || .field("email").isNull,
            .field("role").isIn(["admin", "editor"]),
            .field("name").hasPrefix("name 1"),
            .field("address.city") == "Bern",
            !(.field("name").contains("7")),
            .matching { $0["name"].string?.count == 6 },
        ]

        let counts = try predicates.map { try people.count(where: $0) }
        #expect(counts[0] == counts[1])
        #expect(counts == [517, 517, 100, 100, 110, 500, 810, 100])
    }

    @Test func `one page after the other`() async throws {
        let people = try await people()
        var names: [String] = []
        var cursor: Cursor?
        repeat {
            let page = try people.order(by: "name").page(after: cursor, limit: 100)
            names += page.records.compactMap { $0["name"].string }
            cursor = page.hasMore ? page.nextCursor : nil
        } while cursor != nil

        #expect(names.count == 1_000)
        #expect(names == names.sorted())

        let first = try people.order(by: "name").page(limit: 20)
        let text = first.nextCursor?.description  // into a link
        let second = try people.order(by: "name").page(after: text.map { Cursor($0) }, limit: 20)

        #expect(second.records.count == 20)
        #expect(second.records.first?["name"].string == names[20])
    }

    @Test func `figures instead of records`() async throws {
        let people = try await people()
        let admins = people.where(["role": "admin"])
        let sum = try admins.sum("age")  // a Value: an integer, as all ages are
        let mean = try admins.avg("age")
        let youngest = try admins.min("age")
        let cities = try people.distinct("address.city")  // Berlin, Bern

        var lines: [String] = []
        for group in try people.groupBy("role").aggregate(.count, .max("age")) {
            let role = group["role"].string ?? "nobody"
            lines.append("\(role): \(group.count), at most \(group["max(age)"])")
        }
        // admin: 100, at most 80; user: 900, at most 89

        #expect(sum == 3_970)
        #expect(mean == 39.7)
        #expect(youngest == 0)
        #expect(cities == ["Berlin", "Bern"])
        #expect(lines == ["admin: 100, at most 80", "user: 900, at most 89"])
    }

    @Test func `which index is used`() async throws {
        let people = try await people()
        let query = people.where(["role": "admin"]).order(by: "name").limit(10)
        let explanation = try query.explain()
        print(explanation)

        #expect(explanation.access == .index(["role", "name"]))
        #expect(explanation.rowsExamined < 20)
        #expect(!explanation.isSorted)
        #expect(try people.where(["id": 7]).explain().access == .key)
        #expect(try people.where(["email": "7@example.com"]).explain().access == .unique(["email"]))
        #expect(try people.where(.field("age") < 2).explain().access == .index(["age"]))
        #expect(try people.where(["name": "name 7"]).explain().access == .scan)
    }

    @Test func `records with what they are related to`() async throws {
        let people = try await people()
        let orders = try await people.store.defineBucket(
            "orders", key: "id",
            schema: [
                "id": .integer, "customer": .integer(references: "people"),
                "referrer": .integer(references: "people"), "total": .integer,
            ],
            indexes: ["customer"])
        try await orders.insertMany([
            ["id": 1, "customer": 7, "total": 30], ["id": 2, "total": 50],
            ["id": 3, "customer": 8, "referrer": 7, "total": 20],
        ])
        var lines: [String] = []
        for (order, customer) in try orders.order(by: "total").with("customer").all() {
            lines.append("\(order["total"]) for \(customer?["email"].string ?? "nobody")")
        }
        // 20 for 8@example.com, 30 for 7@example.com, 50 for nobody

        #expect(lines == ["20 for 8@example.com", "30 for 7@example.com", "50 for nobody"])
        lines = []
        let some = people.where(.field("id") < 9)
        for (person, orders) in try some.with("orders", by: "customer").all()
        where !orders.isEmpty {
            lines.append("\(person["id"]): \(orders.count)")
        }
        // 7: 1, 8: 1

        #expect(lines == ["7: 1", "8: 1"])
        let rows = try orders.query.with("customer").with("referrer").all()
        for ((order, customer), referrer) in rows where referrer != nil {
            print(order.key, customer?["email"] ?? "nobody", referrer?["email"] ?? "nobody")
        }

        #expect(rows.last?.record.record["id"] == 3)
        #expect(rows.last?.record.related?["id"] == 8)
        #expect(rows.last?.related?["id"] == 7)
    }

    @Test func `the worst queries`() async throws {
        let store = try await Store.start(
            "people", .slowQueries(over: .milliseconds(5), keeping: 64))
        for query in store.slowQueries { print(query) }
        store.forgetSlowQueries()

        #expect(store.slowQueries.isEmpty)
    }

    @Test func `indexes of a part, and without case`() async throws {
        let store = try await Store.start("bank")
        let accounts = try await store.defineBucket(
            "accounts", key: "id",
            schema: [
                "id": .integer(generated: .autoincrement),
                "email": .string(required: true),
                "status": .string(oneOf: ["open", "closed"], default: "open"),
                "balance": .integer(default: 0),
            ],
            indexes: [
                .unique(.ignoringCase("email")),
                .index("balance", where: .field("status") == "open"),
                .unique("balance", where: .field("status") == "open" && .field("balance") < 0),
            ])
        try await accounts.insert(["email": "Alice@example.com", "balance": 5])
        try await accounts.insert(["email": "bob@example.com", "balance": 5, "status": "closed"])
        try await accounts.insertMany(
            (3...50).map { ["email": .string("carl\($0)@example.com"), "balance": 20] })

        let poor = accounts.where(.field("status") == "open" && .field("balance") < 10)
        print(try poor.explain())
        // index "balance" where status == "open" for status == "open" && balance < 10: 1 examined, 1 returned

        let alice = try accounts.where(
            .field("email").equals("ALICE@example.com", ignoringCase: true)
        ).first()
        let byEmail = try accounts.order(by: "email", ignoringCase: true).limit(10).all()

        #expect(
            try poor.explain().description
                == #"index "balance" where status == "open" for status == "open" && balance < 10: "#
                + "1 examined, 1 returned")
        #expect(alice?["id"] == 1)
        #expect(byEmail.prefix(3).map { $0["id"] } == [1, 2, 10])
        await #expect(throws: UniqueConstraintError.self) {
            try await accounts.insert(["email": "alice@EXAMPLE.com"])
        }
    }

    @Test func `several questions about one moment`() async throws {
        let people = try await people()
        let now = try people.store.snapshot().bucket("people")
        let total = try now.count()
        let admins = try now.count(where: ["role": "admin"])
        let share = Double(admins) / Double(total)  // never above 1, whoever writes meanwhile

        #expect(share == 0.1)
    }
}
