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

    @Test func `UUIDs of version 7 tell the time and ascend, whatever the clock does`() throws {
        let generator = RandomIDGenerator()
        let start: Int64 = 1_767_225_600_000
        let times = [0, 0, 0, 1, 1, 5, 5, -3_600_000, 5, 6].map { start + $0 }
        let made = try times.map { time in
            let text = generator.uuid7(at: Timestamp(microseconds: time * 1_000 + 999))
            return try #require(UUIDText(text))
        }
        #expect(made.map { Int64($0.high >> 16) - start } == [0, 0, 0, 1, 1, 5, 5, 5, 5, 6])
        for uuid in made {
            #expect(uuid.high >> 12 & 0xF == 7)
            #expect(uuid.low >> 62 == 0b10)
        }
        let texts = made.map(\.description)
        #expect(texts == texts.sorted())
        #expect(Set(texts).count == texts.count)
    }

    @Test func `UUIDs of version 7 go on into the next millisecond when one is full`() {
        var series = UUIDSeries()
        let now = Timestamp(microseconds: 5_000)
        var last = series.next(at: now, .max, .max)
        #expect(last.high & 0xFFF == 0x7FF, "half of the room is left")
        for _ in 0..<1_000 {
            let next = series.next(at: now, .max, .max)
            #expect((last.high, last.low) < (next.high, next.low))
            last = next
        }
        var full = UUIDSeries(milliseconds: 5, rest: 1 << 74 - 1)
        #expect(full.next(at: now, 0, 0).high == 6 << 16 | 0x7000)
    }

    @Test(arguments: [Timestamp.distantPast, .distantFuture])
    func `UUIDs of version 7 take any time`(now: Timestamp) throws {
        let generator = RandomIDGenerator()
        let made = (0..<3).map { _ in generator.uuid7(at: now) }
        #expect(made == made.sorted())
        #expect(Set(made).count == 3)
        #expect(made.allSatisfy { UUIDText($0).map { $0.high >> 12 & 0xF == 7 } ?? false })
    }

    @Test func `Threads draw UUIDs of version 7 in order, each its own`() async {
        let generator = RandomIDGenerator()
        let now = Timestamp(microseconds: 1_767_225_600_000_000)
        let drawn = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<4 { group.addTask { (0..<2_000).map { _ in generator.uuid7(at: now) } } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(drawn.allSatisfy { $0 == $0.sorted() })
        #expect(Set(drawn.joined()).count == 8_000)
    }

    @Test func `Short identifiers begin with a letter, and are never the same`() async {
        let generator = RandomIDGenerator()
        let drawn = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<4 { group.addTask { (0..<2_000).map { _ in generator.cuid2() } } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(drawn).count == 8_000)
        #expect(drawn.allSatisfy { (try? /[a-z][a-z0-9]{23}/.wholeMatch(in: $0)) != nil })
        #expect(Set(drawn.compactMap(\.first)).count == 26)
        #expect(Set(drawn.compactMap(\.last)).count == 36)
    }

    @Test func `Short identifiers write all of their numbers`() {
        #expect(CUIDText.text(0) == "a00000000000000000000000")
        #expect(CUIDText.text(36) == "a00000000000000000000010")
        #expect(CUIDText.text(.max) == nil, "the last numbers would be likelier than others")
        let count = 26 * (0..<23).reduce(UInt128(1)) { power, _ in power * 36 }
        #expect(CUIDText.text(count - 1) == "zzzzzzzzzzzzzzzzzzzzzzzz")
        #expect(CUIDText.text(count) == "a00000000000000000000000")
    }

    @Test func `A generator without these makes random ones`() {
        let generator = CountedIDs()
        #expect(generator.cuid2() != generator.cuid2())
        let now = Timestamp(microseconds: 0)
        #expect(generator.uuid7(at: now) < generator.uuid7(at: now))
    }

    @Test func `A UUID is read from text and bytes, and nothing else is`() {
        let uuid = UUIDText(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)
        #expect(UUIDText("01234567-89ab-cdef-fedc-ba9876543210") == uuid)
        #expect(UUIDText("01234567-89AB-CDEF-FEDC-BA9876543210") == uuid)
        #expect(UUIDText(bytes: uuid.bytes) == uuid)
        #expect(uuid.bytes.first == 0x01 && uuid.bytes.last == 0x10)
        #expect(UUIDText(bytes: [1]) == nil)
        for text in [
            "", "01234567-89ab-cdef-fedc-ba987654321", "01234567-89ab-cdef-fedc-ba98765432100",
            "0123456789abcdeffedcba9876543210", "01234567-89ab-cdef-fedc-ba987654321g",
            "01234567+89ab-cdef-fedc-ba9876543210", "éé234567-89ab-cdef-fedc-ba98765432",
        ] {
            #expect(UUIDText(text) == nil, "\(text)")
        }
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
