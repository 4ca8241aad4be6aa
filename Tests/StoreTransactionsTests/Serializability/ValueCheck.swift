import StoreCore

/// Every value that is written is written once, so that who reads one tells whose it is: it must be
/// his own, or what a committed transaction has left.
///
/// Knows nothing of positions.
struct ValueCheck {
    /// The attempt that has left a value, by the value.
    private(set) var authors: [Int: Int] = [:]
    /// Of committed attempts, values that they have overwritten or taken back.
    private var hidden: Set<Int> = []
    private(set) var findings: [Finding] = []

    // `known` are values that plain writes have left.
    init(_ attempts: [Attempt], known: Set<Int>) {
        for (number, attempt) in attempts.enumerated() where attempt.isCommitted {
            let written = Written(attempt)
            hidden.formUnion(written.all.subtracting(written.left))
            for value in written.left { authors[value] = number }
        }
        for (number, attempt) in attempts.enumerated() {
            var own: Set<Int> = []
            for step in attempt.steps {
                switch step {
                case .write(let write): own.formUnion(Written.values(of: write))
                case .read(_, _, let answer):
                    for row in answer.rows {
                        for value in row.list + [row.mark]
                        where authors[value] == nil && !known.contains(value)
                            && !own.contains(value)
                        {
                            add(value, row, number)
                        }
                    }
                default: break
                }
            }
        }
    }

    private mutating func add(_ value: Int, _ row: Row, _ number: Int) {
        findings.append(
            Finding(
                hidden.contains(value) ? .intermediateRead : .abortedRead,
                "attempt \(number) has read \(value) in \(row)"))
    }
}

/// The values that an attempt has written, and those that it has left.
struct Written {
    var all: Set<Int> = []
    var left: Set<Int> = []
    private var marks: [Int: Int] = [:]

    init(_ attempt: Attempt) {
        var saved: [(Set<Int>, [Int: Int])] = []
        var lists: Set<Int> = []
        for step in attempt.steps {
            switch step {
            case .write(let write):
                all.formUnion(Self.values(of: write))
                switch write.effect {
                case .put(let row):
                    lists.formUnion(row.list)
                    marks[Replay.place(write.shelf, row.key)] = row.mark
                case .markRange(_, _, let mark): marks[-mark] = mark
                case .delete, .deleteRange, .increment: break
                }
            case .mark: saved.append((lists, marks))
            case .release: saved.removeLast()
            case .rollBack: (lists, marks) = saved.removeLast()
            case .read: break
            }
        }
        left = lists.union(marks.values)
    }

    static func values(of write: Write) -> Set<Int> {
        switch write.effect {
        case .put(let row): Set(row.list + [row.mark])
        case .markRange(_, _, let mark): [mark]
        case .delete, .deleteRange, .increment: []
        }
    }
}
