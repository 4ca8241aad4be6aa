import StoreCore

/// One read of a random test, with whatever ends it.
struct RandomRead: Sendable {
    enum Terminal: Sendable {
        case all, first, count, exists
        case firstFew(Int)
        case last(Int)
        case sum(String)
        case avg(String)
        case min(String)
        case max(String)
        case distinct(String)
        case group([String], [Aggregate])
        /// A page of so many, after so many.
        case page(Int, after: Int)
        /// A page of so many that ends where one of so many begins.
        case pageBack(Int, before: Int)
        case select([String])
        case get(Int)
        case contains(Int)
    }

    var terminal: Terminal
    var condition: RandomCondition?
    var steps: [Ordering]
    var limit: Int?
    var offset: Int

    private func query(_ reader: some StoreReader) -> Query {
        reader.where(condition?.predicate ?? .all).order(by: steps)
    }

    private func windowed(_ reader: some StoreReader) -> Query {
        let query = query(reader).offset(offset)
        return limit.map { query.limit($0) } ?? query
    }

    /// The place from which a page is read; the read itself is not recorded.
    func cursor(_ reader: some StoreReader) throws -> Cursor? {
        switch terminal {
        case .page(_, let after): return try query(reader).page(limit: after).nextCursor
        case .pageBack(_, let before):
            return try query(reader).page(before: nil, limit: before).previousCursor
        default: return nil
        }
    }

    /// What the reader is answered.
    func answer(_ reader: some StoreReader, after cursor: Cursor?) throws -> String {
        let query = windowed(reader)
        switch terminal {
        case .all: return tell(try query.all())
        case .first: return tell(try query.first().map { [$0] } ?? [])
        case .firstFew(let count): return tell(try query.first(count))
        case .last(let count): return tell(try reader.last(count))
        case .count: return "\(try query.count())"
        case .exists: return "\(try query.exists())"
        case .sum(let field): return "\(try query.sum(field))"
        case .avg(let field): return "\(String(describing: try query.avg(field)))"
        case .min(let field): return "\(String(describing: try query.min(field)))"
        case .max(let field): return "\(String(describing: try query.max(field)))"
        case .distinct(let field): return "\(try query.distinct(field))"
        case .group(let fields, let aggregates):
            return "\(try query.groupBy(fields).aggregate(aggregates))"
        case .page(let limit, _):
            let page = try self.query(reader).page(after: cursor, limit: limit)
            return "\(tell(page.records)) \(page.hasMore)"
        case .pageBack(let limit, _):
            let page = try self.query(reader).page(before: cursor, limit: limit)
            return "\(tell(page.records)) \(page.hasMore)"
        case .select(let fields): return "\(try query.select(fields).all())"
        case .get(let key): return tell(try reader.get(key).map { [$0] } ?? [])
        case .contains(let key): return "\(try reader.contains(key))"
        }
    }

    private func tell(_ records: [Record]) -> String {
        records.map { "\($0.key) v\($0.version): \($0.fields)" }.joined(separator: "; ")
    }
}

extension RandomRead: CustomStringConvertible {
    var description: String {
        "\(terminal) of \(condition.map { "\($0.predicate)" } ?? "all"), by "
            + "\(steps.map(\.words)), "
            + "limit \(limit.map(String.init) ?? "none"), offset \(offset)"
    }
}

extension RandomQueryGenerator {
    private static let aggregated =
        RandomQuery.fields + ["a", "n", "id", "_version", "_updatedAt", "_expiresAt"]

    mutating func read() -> RandomRead {
        let direction: SortDirection = pick([.ascending, .descending])
        let isWindowed = below(2) == 0
        return RandomRead(
            terminal: terminal(),
            condition: question(1),
            steps: (0..<pick([0, 1, 1, 2])).map { _ in
                Ordering(
                    FieldPath(pick(RandomQuery.fields + ["_version"])), direction,
                    ignoringCase: below(3) == 0)
            },
            limit: isWindowed ? pick([nil, 0, 1, 2, 5]) : nil,
            offset: isWindowed ? pick([0, 0, 1, 3]) : 0)
    }

    private mutating func terminal() -> RandomRead.Terminal {
        let field = pick(Self.aggregated)
        switch below(20) {
        case 0: return .all
        case 1: return .first
        case 2: return .count
        case 3: return .exists
        case 4: return .firstFew(below(4))
        case 5: return .last(below(4))
        case 6, 7: return .sum(field)
        case 8: return .avg(field)
        case 9: return .min(field)
        case 10: return .max(field)
        case 11: return .distinct(field)
        case 12, 13:
            let aggregates: [Aggregate] = [.count, .sum(field), .min(field), .max(field)]
            return .group(
                [pick(Self.aggregated)], aggregates.filter { _ in below(2) == 0 } + [.count])
        case 14: return .page(below(4), after: below(5))
        case 15: return .get(below(30))
        case 16: return .pageBack(below(4), before: below(5))
        case 17, 18: return .select([field, pick(Self.aggregated)])
        default: return .contains(below(30))
        }
    }

    /// Adds an operation to `batch` for a bucket with `keys`, which it keeps up to date.
    mutating func deed(
        on keys: inout Set<Int>, of bucket: DynamicBucket, at now: Timestamp,
        in batch: inout WriteBatch
    ) {
        let known = keys.sorted()
        let key = known.isEmpty ? 0 : pick(known)
        let choice = known.isEmpty ? 0 : below(24)
        switch choice {
        case 0...3:
            let new = below(60)
            guard keys.insert(new).inserted else { return }
            batch.insert(
                record(new), into: bucket, expiresAt: below(6) == 0 ? now + .seconds(1) : nil)
        case 4...12:
            let field = pick(RandomQuery.fields)
            batch.update(key, [field: record(key)[field]], in: bucket)
        case 13: batch.replace(key, with: record(key), in: bucket)
        case 14, 15:
            keys.remove(key)
            batch.delete(key, from: bucket)
        case 16:
            // As a net change this is an update.
            batch.delete(key, from: bucket)
            batch.insert(record(key), into: bucket)
        case 17: batch.increment(key, "a", in: bucket)
        case 18: batch.setDeadline(key, now + .seconds(1), in: bucket)
        case 19: batch.setDeadline(key, nil, in: bucket)
        case 20:
            keys.remove(key)
            batch.setDeadline(key, now, in: bucket)
        case 21: batch.updateMany(where: .field("a") == 1, ["n": 2], in: bucket)
        case 22:
            if below(4) == 0 {
                keys = []
                batch.clear(bucket)
            }
        default: break
        }
    }
}
