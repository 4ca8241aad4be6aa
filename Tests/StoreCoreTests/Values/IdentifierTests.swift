import Testing

@testable import StoreCore

@Suite struct IdentifierTests {
    @Test func `A UUID is written in 36 lower-case characters`() {
        let uuid = UUIDText(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)
        #expect(uuid.description == "01234567-89ab-cdef-fedc-ba9876543210")
        #expect(UUIDText(high: 0, low: 0).description == "00000000-0000-0000-0000-000000000000")
        #expect(
            UUIDText(high: .max, low: .max).description == "ffffffff-ffff-ffff-ffff-ffffffffffff")
    }

    @Test func `Random identifiers are UUIDs of version 4, and never the same`() {
        let generator = RandomIDGenerator()
        let identifiers = (0..<2_000).map { _ in generator.uuid() }
        #expect(Set(identifiers).count == identifiers.count)
        for identifier in identifiers {
            let bytes = Array(identifier.utf8)
            #expect(bytes.count == 36)
            #expect(bytes[14] == UInt8(ascii: "4"))
            #expect([UInt8](arrayLiteral: 0x38, 0x39, 0x61, 0x62).contains(bytes[19]))
            #expect([8, 13, 18, 23].allSatisfy { bytes[$0] == UInt8(ascii: "-") })
            #expect(bytes.allSatisfy { "0123456789abcdef-".utf8.contains($0) })
        }
    }

    @Test func `Threads never draw the same identifier`() async {
        let generator = RandomIDGenerator()
        let drawn = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<4 { group.addTask { (0..<2_000).map { _ in generator.uuid() } } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(drawn).count == 8_000)
    }

    @Test(arguments: [
        ([UInt8](), ""), ([0x66], "Zg=="), ([0x66, 0x6F], "Zm8="), ([0x66, 0x6F, 0x6F], "Zm9v"),
        ([0xFB, 0xFF, 0xBF], "+/+/"),
    ])
    func `Base64 goes both ways`(bytes: [UInt8], text: String) {
        #expect(Base64.encode(bytes) == text)
        #expect(Base64.decode(text) == bytes)
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "====", "=", "Zh==", "Zm9=", "Z=g=", "Zm 9v", "Zm9v\n",
        "Zm9\u{E9}", "ZZZ-",
    ])
    func `What is no Base64 is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
