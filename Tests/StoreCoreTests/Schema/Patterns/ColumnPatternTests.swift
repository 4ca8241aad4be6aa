import Testing

@testable import StoreCore

@Suite struct `A column's pattern` {
    @Test func `is searched for anywhere in the text`() throws {
        let layout = try Layout.things(["x": .string(pattern: "[0-9]{2}")])
        for text in ["42", "a42", "42a", "a142b"] {
            #expect(layout.issues(["x": .string(text)]) == [], "\(text)")
        }
        #expect(layout.issues(["x": "4a2"]) == ["x:pattern"])
        #expect(layout.issues(["x": ""]) == ["x:pattern"])
        #expect(layout.issues(["x": nil]) == [])
        #expect(layout.issues(["x": 42]) == ["x:type"])
    }

    @Test func `has a message that names it`() throws {
        let layout = try Layout.things(["x": .string(pattern: "^[A-Z]+$")])
        let error = #expect(throws: ValidationError.self) { try layout.made(["x": "a"]) }
        #expect(error?.issues.map(\.message) == ["Value must match pattern \"^[A-Z]+$\""])
    }

    @Test func `is asked besides the other rules`() throws {
        let column = Column.string(length: 2...3, oneOf: ["ab", "abc"], pattern: "c$")
        #expect(throws: DefinitionError.self) { try Layout.things(["x": column]) }
        let layout = try Layout.things(["x": .string(length: 2...3, pattern: "c$")])
        #expect(layout.issues(["x": "abcd"]) == ["x:maxLength", "x:pattern"])
        #expect(layout.issues(["x": "bc"]) == [])
    }

    @Test func `holds for updates, defaults and generated values`() throws {
        let layout = try Layout.things([
            "x": .string(pattern: "^a"), "d": .string(pattern: "^a", default: .dynamic { "b" }),
            "g": .string(pattern: "^z", generated: .uuid),
        ])
        #expect(layout.issues(["x": "a"]) == ["g:pattern", "d:pattern"])
        let error = #expect(throws: ValidationError.self) { try layout.makePatch(["x": "b"]) }
        #expect(error?.issues.map(\.code) == [.pattern])
    }

    @Test(arguments: [
        (Column.string(pattern: "(a)\\1"), "at offset 3: Backreferences"),
        (.string(pattern: "x(?=y)"), "at offset 1: Lookahead"),
        (.string(pattern: "(?<!y)x"), "at offset 0: Lookbehind"),
        (.string(pattern: "a*+"), "at offset 2: Possessive"),
        (.string(pattern: "(a"), "at offset 0: The group"),
        (.string(pattern: "a{5000}{5000}"), "at offset 7"),
        (.string(pattern: "(a{5000}){5000}"), "10000 parts"),
    ])
    func `that is not supported is refused at definition`(column: Column, words: String) throws {
        let error = try #require(throws: DefinitionError.self) {
            try Layout.things(["x": column])
        }
        #expect(error.reason == .invalidPattern)
        #expect(error.field == "x")
        #expect(error.message.contains(words), "\(error)")
    }

    @Test func `is for text only, and allowed values and defaults match it`() throws {
        var number = Column.integer
        number.pattern = "1"
        let refused: [(Column, DefinitionError.Reason)] = [
            (number, .invalidColumn), (.string(oneOf: ["a", "b"], pattern: "a"), .invalidColumn),
            (.string(pattern: "a", default: "b"), .invalidDefault),
        ]
        for (column, reason) in refused {
            let error = #expect(throws: DefinitionError.self) { try Layout.things(["x": column]) }
            #expect(error?.reason == reason)
        }
    }

    struct Plate: StoreRecord {
        typealias Key = String
        var id: String
        var number: String
        static let schema = Schema<Plate>("plates", key: \.id) { field in
            field(\.id, "id")
            field(\.number, "number").pattern("^[A-Z]{1,2} [0-9]+$")
        }
    }

    @Test func `is declared for typed records as well`() async throws {
        let store = try await Store.start()
        let plates = try await store.defineBucket(Plate.self)
        try await plates.insert(Plate(id: "1", number: "W 12345"))
        await #expect(throws: ValidationError.self) {
            try await plates.insert(Plate(id: "2", number: "12345"))
        }
        #expect(try plates.count() == 1)
    }
}
