import StoreSupervision
import Testing

/// The code of StoreSupervision's landing page.
@Suite struct `The landing page of StoreSupervision` {
    /// Something that work may be done over.
    actor Connection {
        private(set) var opened = 0

        func open() throws { opened += 1 }
        func keepAlive() async throws { try await wait() }
        func deliver() async throws { try await wait() }
        func upload(_ file: String) async throws { try await wait() }

        /// Returns when the task is cancelled.
        private func wait() async throws {
            let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
            for await _ in stream {}
            continuation.finish()
            try Task.checkCancellation()
        }
    }

    @Test func `runs children in order, and others as they come`() async throws {
        let connection = Connection()
        let supervisor = Supervisor(
            .restForOne, limit: RestartLimit(3, within: .seconds(5)),
            backoff: .exponential(from: .milliseconds(100), to: .seconds(10)),
            children: [
                Child("connection") {
                    try await connection.open()
                } run: {
                    try await connection.keepAlive()
                },
                Child("deliveries", grace: .seconds(1)) { try await connection.deliver() },
            ])
        try await supervisor.start()
        #expect(await connection.opened == 1)

        let uploads = ChildTemplate<String>("upload", restart: .transient) { file in
            try await connection.upload(file)
        }
        try await supervisor.add("holiday.jpg", from: uploads)  // "upload-1"
        try await supervisor.restart("deliveries")
        try await supervisor.remove("deliveries")
        #expect(supervisor.statuses.map(\.id) == ["connection", "upload-1"])

        let events = supervisor.events()
        let updates = supervisor.healthUpdates()
        await supervisor.stop()
        for await event in events { print(event) }
        for await health in updates where health != .healthy { print(health) }
        #expect(supervisor.health == .healthy)
    }
}
