import StoreCore
import Testing

private struct Author: StoreRecord, Equatable {
    typealias Key = String
    var id: String
    var mentor: String?

    static let schema = Schema<Author>("authors", key: \.id) { field in
        field(\.id, "id")
        field(\.mentor, "mentor").references("authors", onDelete: .setNull)
    }
}

private struct Book: StoreRecord, Equatable {
    typealias Key = Int
    var id: Int
    var author: String
    var editor: String?
    var title = ""

    static let schema = Schema<Book>("books", key: \.id) { field in
        field(\.id, "id")
        field(\.author, "author").references("authors", onDelete: .cascade)
        field(\.editor, "editor").references("authors")
        field(\.title, "title")
    }
}

@Suite struct `Related typed records` {
    private func library() async throws -> (authors: Bucket<Author>, books: Bucket<Book>) {
        let store = try await Store.start("library")
        let authors = try await store.defineBucket(Author.self)
        let books = try await store.defineBucket(Book.self)
        try await authors.insertMany([Author(id: "ann"), Author(id: "bob", mentor: "ann")])
        try await books.insertMany([
            Book(id: 2, author: "bob", editor: "ann"), Book(id: 1, author: "bob"),
            Book(id: 3, author: "ann", editor: "nobody"),
        ])
        return (authors, books)
    }

    @Test func `come as instances`() async throws {
        let (_, books) = try await library()
        let rows = try books.where { $0.id < 3 }.order(by: \.id)
            .with(\.author, Author.self).with(\.editor, Author.self).all()
        let bob = Author(id: "bob", mentor: "ann")
        #expect(rows.map(\.record.record.id) == [1, 2])
        #expect(rows.map(\.record.related) == [bob, bob])
        #expect(rows.map(\.related) == [nil, Author(id: "ann")])
    }

    @Test func `come in the other direction`() async throws {
        let (authors, _) = try await library()
        var found: [String] = []
        for (((author, written), edited), pupils) in try authors.query
            .with(Book.self, by: \.author).with(Book.self, by: \.editor)
            .with(Author.self, by: \.mentor).all()
        {
            found.append(
                "\(author.id) \(written.map(\.id)) \(edited.map(\.id)) \(pupils.map(\.id))")
        }
        #expect(found == [#"ann [3] [2] ["bob"]"#, "bob [2, 1] [] []"])
    }

    @Test func `come in snapshots, pages and writes`() async throws {
        let (authors, books) = try await library()
        let then = try authors.dynamic.store.snapshot().bucket(Book.self)
        try await authors.delete("bob")
        #expect(try then.order(by: \.id).with(\.author, Author.self).first()?.related?.id == "bob")
        let (rows, page) = try books.query.with(\.author, Author.self).page(limit: 5)
        #expect(rows.map { $1?.id } == ["ann"])
        #expect(!page.hasMore)
        try await authors.dynamic.store.write { tx in
            try tx[Author.self].insert(Author(id: "nobody"))
            let rows = try tx[Book.self].query.with(\.editor, Author.self).all()
            #expect(rows.map { $1?.id } == ["nobody"])
        }
    }

    @Test func `are refused for a property that does not refer to the type`() async throws {
        let (_, books) = try await library()
        expect(reason: .noReference) { try books.query.with(\.title, Author.self).all() }
    }

    @Test func `are refused for what is no column`() async throws {
        let (authors, books) = try await library()
        expect(reason: .unknownField) {
            try books.query.with(\.author.localName, Author.self).all()
        }
        expect(reason: .unknownField) {
            try authors.query.with(Book.self, by: \.author.localName).first()
        }
        expect(reason: .unknownField) {
            try books.where { $0[\.author.localName] == "x" }.with(\.author, Author.self).all()
        }
    }
}

extension String {
    /// What is no column of any bucket.
    fileprivate var localName: String { self }
}
