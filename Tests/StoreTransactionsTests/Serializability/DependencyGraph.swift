/// Which transaction comes before which, as the lists tell that were appended to: who reads a value
/// comes after who wrote it and before who wrote the next.
///
/// The second opinion: it knows of no positions and no commits.
struct DependencyGraph {
    private(set) var followers: [[Int]]
    private var writers: [Int: Int] = [:]
    private var readers: [Int: [Int]] = [:]
    /// The writers of what comes after a value.
    private var successors: [Int: [Int]] = [:]

    init(_ attempts: [Attempt]) {
        followers = Array(repeating: [], count: attempts.count)
        for (number, attempt) in attempts.enumerated() where attempt.isCommitted {
            note(number, attempt)
        }
        for (value, next) in successors {
            for writer in next {
                if let before = writers[value] { join(before, writer) }
                for reader in readers[value] ?? [] { join(reader, writer) }
            }
        }
        for (value, all) in readers {
            guard let writer = writers[value] else { continue }
            for reader in all { join(writer, reader) }
        }
    }

    private mutating func note(_ number: Int, _ attempt: Attempt) {
        var own: Set<Int> = []
        for step in attempt.steps {
            if case .write(let write) = step, case .put(let row) = write.effect,
                write.shelf == .registers, let value = row.list.last
            {
                own.insert(value)
            }
        }
        for step in attempt.steps {
            guard case .read(.registers, _, let answer) = step else { continue }
            for row in answer.rows {
                if let value = row.list.last, !own.contains(value) {
                    readers[value, default: []].append(number)
                }
            }
        }
        let left = Written(attempt).left
        for step in attempt.steps {
            guard case .write(let write) = step, case .put(let row) = write.effect,
                write.shelf == .registers, let value = row.list.last, left.contains(value)
            else { continue }
            writers[value] = number
            if row.list.count > 1 {
                successors[row.list[row.list.count - 2], default: []].append(number)
            }
        }
    }

    private mutating func join(_ before: Int, _ after: Int) {
        if before != after { followers[before].append(after) }
    }

    /// Transactions that all come before one another; none if there is an order.
    ///
    /// Tarjan's strongly connected components, without recursion.
    func cycles() -> [[Int]] {
        var index = [Int](repeating: -1, count: followers.count)
        var low = index
        var isOnStack = [Bool](repeating: false, count: followers.count)
        var stack: [Int] = []
        var work: [(node: Int, next: Int)] = []
        var count = 0
        var cycles: [[Int]] = []
        for root in followers.indices where index[root] < 0 {
            work.append((root, 0))
            while let (node, next) = work.last {
                if next == 0 {
                    index[node] = count
                    low[node] = count
                    count += 1
                    stack.append(node)
                    isOnStack[node] = true
                }
                if next < followers[node].count {
                    work[work.count - 1].next += 1
                    let other = followers[node][next]
                    if index[other] < 0 {
                        work.append((other, 0))
                    } else if isOnStack[other] {
                        low[node] = min(low[node], index[other])
                    }
                    continue
                }
                work.removeLast()
                if let parent = work.last?.node { low[parent] = min(low[parent], low[node]) }
                guard low[node] == index[node], let start = stack.lastIndex(of: node) else {
                    continue
                }
                let component = Array(stack[start...])
                stack.removeLast(component.count)
                for member in component { isOnStack[member] = false }
                if component.count > 1 { cycles.append(component) }
            }
        }
        return cycles
    }
}
