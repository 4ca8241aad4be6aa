import Foundation
import Testing

/// The rows of BEHAVIOUR.md.
private struct BehaviourTable {
    struct Row: Sendable, CustomTestStringConvertible {
        let id: String
        let behaviour: String
        let tests: [String]
        let files: [String]

        var testDescription: String { id }
    }

    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    /// How many behaviours there are of each kind.
    static let counts = [
        ("ST-", 14), ("BK-", 5), ("SC-", 16), ("MD-", 5), ("CR-", 10), ("QY-", 9), ("PG-", 6),
        ("AG-", 4), ("IX-", 10), ("TT-", 8), ("MX-", 5), ("EV-", 10), ("EP-", 8), ("TX-", 13),
        ("RQ-", 20),
        ("SV-", 8),
        ("R", 27),
    ]

    /// The modules that will hold what has no test yet.
    static let homes = [
        "StoreTransactions", "StoreTTL", "StoreEvents", "StoreReactive", "StorePersistence",
        "StoreRulesBridge", "StoreEventSourcing",
    ]

    static let rows: [Row] = {
        guard
            let text = try? String(
                contentsOf: folder.appending(path: "BEHAVIOUR.md"), encoding: .utf8)
        else { return [] }
        return text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 6, cells[1].first?.isUppercase == true else { return nil }
            let pieces = cells[3].split(separator: "`", omittingEmptySubsequences: false)
            return Row(
                id: cells[1], behaviour: cells[2],
                tests: pieces.indices.filter { $0 % 2 == 1 }.map { String(pieces[$0]) },
                files: cells[4].components(separatedBy: ", "))
        }
    }()

    static func source(_ file: String) -> String? {
        let path = file.replacing(/^Core\//, with: "StoreCoreTests/")
        return try? String(contentsOf: folder.appending(path: path), encoding: .utf8)
    }
}

@Suite struct `The table of behaviours` {
    @Test func `has a row for every behaviour, in order, and no other`() {
        let expected = BehaviourTable.counts.flatMap { prefix, count in
            (1...count).map { number in
                prefix + (prefix == "R" || number > 9 ? "\(number)" : "0\(number)")
            }
        }
        #expect(BehaviourTable.rows.map(\.id) == expected)
    }

    @Test(arguments: BehaviourTable.rows)
    fileprivate func `names tests that exist, or a home to come`(
        row: BehaviourTable.Row
    ) throws {
        #expect(!row.behaviour.isEmpty)
        guard !row.tests.isEmpty else {
            #expect(row.files.allSatisfy(BehaviourTable.homes.contains))
            return
        }
        var sources: [String] = []
        for file in row.files {
            sources.append(try #require(BehaviourTable.source(file), "there is no \(file)"))
        }
        for test in row.tests {
            let declarations = sources.filter { $0.contains("func `\(test)`") }
            #expect(!declarations.isEmpty, "\(row.files) have no test \(test)")
        }
        for (file, source) in zip(row.files, sources) {
            #expect(
                row.tests.contains { source.contains("func `\($0)`") }, "\(file) holds none of them"
            )
        }
    }
}
