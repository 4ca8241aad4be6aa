import Measuring

/// How many operations a round times.
///
/// A slow peer is given fewer of them, spread over the same records.
struct Operations {
    let size: Size

    /// Point reads and updates of the store and the floor.
    var points: Int { min(size.count, 200_000) }
    /// Times that a small bucket is gone through in a round, so that a round is longer than what
    /// disturbs it.
    var passes: Int { max(1, 100_000 / size.count) }
    /// Deletes: half of the records, so that the table is full at first and never nearly empty.
    var deletes: Int { min(size.count / 2, 200_000) }
    /// Point reads, updates and deletes of GRDB.
    var pointsOfGRDB: Int { min(size.count / 2, 10_000) }
    /// Snapshots taken in a round, with a write before or after each.
    var snapshots: Int { 2_000 }
    /// Snapshots that are held at once, with a write after each.
    var heldSnapshots: Int { 32_000 }
    /// Copies of the whole dictionary in a round, with a write after each.
    var copies: Int { max(5, 1_000_000 / size.count) }
    /// Updates while one snapshot is held.
    var heldUpdates: Int { min(size.count, 100_000) }
    /// Queries that answer with 1 000 records.
    var queries: Int { 50 }
    /// Whole-bucket filters.
    var scans: Int { max(1, 200_000 / size.count) }
    /// Rounds in which GRDB inserts a whole table, a transaction for each record.
    var insertRoundsOfGRDB: Int { size == .million ? 1 : 3 }
}
