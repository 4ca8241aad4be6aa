import Foundation
import StoreCore
import StoreFoundation
import StoreTesting
import Testing

/// The code of the landing pages of the modules above StoreCore.
@Suite struct `The landing pages above` {
    @Test func `StoreFoundation's types stand in fields`() async throws {
        let store = try await Store.start("photos")
        let id = UUID()
        let pixels = Data([1, 2, 3])
        let photos = try await store.defineBucket(
            "photos", key: "id", schema: ["id": .string, "taken": .date, "pixels": .bytes])
        let photo = try await photos.insert([
            "id": Value(id), "taken": Value(Date(timeIntervalSince1970: 0)),
            "pixels": Value(pixels),
        ])
        let taken = try photos.get(id).flatMap { Date(storeValue: $0["taken"]) }
        #expect(taken == Date(timeIntervalSince1970: 0))
        #expect(Data(storeValue: photo["pixels"]) == pixels)

        let fields = try Fields(json: #"{"id": "7", "taken": "2026-01-01T00:00:00Z"}"#)
        try await photos.insert(fields)  // the column makes a date of the text
        let text = try photos.get("7")?.json()
        #expect(text?.contains("2026-01-01T00:00:00") == true)
        #expect(try photos.get("7")?["taken"].date != nil)
    }

    @Test func `StoreTesting needs no sleep`() async throws {
        let clock = ManualClock()
        let store = try await Store.start(
            "test", .clock(clock), .identifiers(SequentialIDGenerator()))
        let sessions = try await store.defineBucket(
            "sessions", key: "token", schema: ["token": .string(generated: .uuid)])
        let observer = RecordingObserver()
        let (registration, _) = try await store.attach(observer)

        let session = try await sessions.insert([:], expiresAt: clock.now + .seconds(60))
        clock.advance(by: .seconds(60))
        let seen = try sessions.get(session.key)  // nil
        let kinds = observer.changes.map(\.kind)  // inserted

        #expect(session.key == "00000000-0000-4000-8000-000000000001")
        #expect(seen == nil)
        #expect(kinds == [.inserted])
        registration.cancel()
    }
}
