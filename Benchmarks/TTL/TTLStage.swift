import Measuring
import StoreCore
import StoreTTL

/// The stores of one size, each made and filled when a measurement first asks for it.
final class TTLStage {
    let size: Size
    private(set) lazy var guests: [Guest] = {
        var guests = Guests(seed: 0x771)
        return guests.next(size.count)
    }()
    /// The keys of what the stores are filled with, at random.
    private(set) lazy var picks: [String] = {
        var random = SplitMix(seed: 0x6E7)
        return (0..<100_000).map { _ in guests[Int.random(in: 0..<size.count, using: &random)].key }
    }()
    private(set) lazy var trace = ZipfTrace()
    /// Records that come and go.
    var newcomers = Guests(seed: 0x772)
    private var made: [Role: FullBucket] = [:]
    private var madeOverdue: Overdue?

    /// What a bucket has.
    enum Role {
        case plain
        case lifetime
        case limit
        case limitByUse
    }

    init(_ size: Size) { self.size = size }

    func bucket(_ role: Role) async throws -> FullBucket {
        if let bucket = made[role] { return bucket }
        let bucket: FullBucket
        switch role {
        case .plain: bucket = try await FullBucket(guests)
        case .lifetime: bucket = try await FullBucket(guests, [], .ttl(.hours(1)))
        case .limit: bucket = try await FullBucket(guests, limited: true, [], .maxSize(size.count))
        case .limitByUse:
            bucket = try await FullBucket(
                guests, limited: true, [], .maxSize(size.count, evict: .leastRecentlyUsed))
            try bucket.readHalf(guests)
        }
        made[role] = bucket
        return bucket
    }

    func overdue() async throws -> Overdue {
        if let madeOverdue { return madeOverdue }
        let overdue = try await Overdue(guests)
        madeOverdue = overdue
        return overdue
    }
}
