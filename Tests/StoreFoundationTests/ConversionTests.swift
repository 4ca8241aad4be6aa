import Foundation
import StoreCore
import StoreFoundation
import Testing

@Suite struct ConversionTests {
    @Test(arguments: [0.0, 1_705_278_600.25, -1.5, 253_402_300_799, -62_135_596_800])
    func `Dates become points in time and come back`(seconds: Double) {
        let date = Date(timeIntervalSince1970: seconds)
        #expect(Date(Timestamp(date)) == date)
        #expect(Date(storeValue: date.storeValue) == date)
        #expect(date.storeKey.value == date.storeValue)
    }

    @Test func `Dates without end become the ends of time`() {
        #expect(Timestamp(Date(timeIntervalSince1970: .infinity)) == .distantFuture)
        #expect(Timestamp(Date(timeIntervalSince1970: -1e300)) == .distantPast)
        #expect(Timestamp(Date(timeIntervalSince1970: .nan)) == Timestamp(microseconds: 0))
        #expect(Timestamp(Date.distantFuture) < .distantFuture)
        #expect(Date(Timestamp.distantFuture) > .distantFuture)
    }

    @Test func `UUIDs are lower-case text, read in either case`() throws {
        let uuid = try #require(UUID(uuidString: "01234567-89AB-CDEF-FEDC-BA9876543210"))
        #expect(uuid.storeValue == "01234567-89ab-cdef-fedc-ba9876543210")
        #expect(uuid.storeKey == "01234567-89ab-cdef-fedc-ba9876543210")
        #expect(UUID(storeValue: uuid.storeValue) == uuid)
        #expect(UUID(storeValue: .string(uuid.uuidString)) == uuid)
        #expect(UUIDText(uuid) == UUIDText(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210))
        for _ in 0..<100 {
            let uuid = UUID()
            #expect(uuid.storeValue.string == uuid.uuidString.lowercased())
        }
    }

    @Test func `Data is bytes`() {
        let data = Data([0, 1, 255])
        #expect(data.storeValue == .bytes([0, 1, 255]))
        #expect(Data(storeValue: data.storeValue) == data)
        #expect(data.dropFirst().storeValue == .bytes([1, 255]))
        #expect(data.storeKey.value == .bytes([0, 1, 255]))
        #expect([data, Data()].storeValue == [.bytes([0, 1, 255]), .bytes([])])
    }

    @Test func `A value of another kind is refused`() {
        #expect(Date(storeValue: "2024-01-15") == nil)
        #expect(UUID(storeValue: "not one") == nil)
        #expect(UUID(storeValue: 1) == nil)
        #expect(Data(storeValue: "Zg==") == nil)
        #expect(Date?(storeValue: .null) == .some(.none))
    }
}
