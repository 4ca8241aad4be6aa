import Measuring
import StoreCore
import StoreEvents

/// The stores of one size, each made and filled when a measurement first asks for it.
final class EventsStage {
    let size: Size
    private(set) lazy var data = Dataset(size)
    private var made: [Role: EventsDriver] = [:]

    /// What a store is for.
    enum Role {
        /// Nobody has ever subscribed.
        case plain
        /// Subscribers come with a measurement, and go with it.
        case subscribed
        /// Many have subscribed to what does not happen.
        case crowded
        /// The history holds more commits than a measurement makes.
        case remembering
    }

    init(_ size: Size) { self.size = size }

    func store(_ role: Role) async throws -> EventsDriver {
        if let driver = made[role] { return driver }
        let driver: EventsDriver
        switch role {
        case .plain, .subscribed: driver = try await EventsDriver(data)
        case .crowded:
            driver = try await EventsDriver(data)
            driver.subscribeToOtherTopics(10_000)
        case .remembering:
            driver = try await EventsDriver(data, .history(commits: 200_000, bytes: 1 << 30))
        }
        made[role] = driver
        return driver
    }
}
