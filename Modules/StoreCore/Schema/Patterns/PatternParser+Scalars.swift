extension PatternParser {
    /// What a class or an escape stands for.
    enum Atom {
        case scalar(Unicode.Scalar)
        case set(ScalarSet)

        var set: ScalarSet {
            switch self {
            case .scalar(let scalar): ScalarSet(scalar)
            case .set(let set): set
            }
        }
    }

    // MARK: - Classes

    /// What stands behind `[`, up to and with the bracket that closes it.
    mutating func scalarClass() throws(PatternFault) -> ScalarSet {
        let offset = place - 1
        let isNegated = skip("^")
        var ranges: [ClosedRange<UInt32>] = []
        while let scalar = next() {
            if scalar == "]" {
                let set = ScalarSet(ranges)
                return isNegated ? set.inverted : set
            }
            let first = try member(scalar)
            guard peek == "-", place + 1 < scalars.count, scalars[place + 1] != "]" else {
                ranges += first.set.ranges
                continue
            }
            let start = place
            place += 2
            let second = try member(scalars[place - 1])
            if case .scalar(let low) = first, case .scalar(let high) = second {
                guard low <= high else {
                    throw fault("The range goes down; write the lesser end first", at: start)
                }
                ranges.append(low.value...high.value)
            } else {
                // With a class at one end, as in [\w-.], the hyphen stands for itself.
                ranges += first.set.ranges + second.set.ranges + ScalarSet("-").ranges
            }
        }
        throw fault("The class is not closed; a bracket itself is written \\[", at: offset)
    }

    private mutating func member(_ scalar: Unicode.Scalar) throws(PatternFault) -> Atom {
        if scalar == "\\" { return try escape(inClass: true) }
        if scalar == "[", let peek, peek == ":" || peek == "." || peek == "=" {
            throw fault("Classes by name are not supported; a bracket itself is written \\[")
        }
        return .scalar(scalar)
    }

    // MARK: - Escapes

    /// What stands behind a backslash, boundaries aside.
    mutating func escape(inClass: Bool) throws(PatternFault) -> Atom {
        let offset = place - 1
        guard let scalar = next() else {
            throw fault("Nothing follows the backslash; itself it is written \\\\", at: offset)
        }
        switch scalar {
        case "d": return .set(.digits)
        case "D": return .set(ScalarSet.digits.inverted)
        case "w": return .set(.words)
        case "W": return .set(ScalarSet.words.inverted)
        case "s": return .set(.spaces)
        case "S": return .set(ScalarSet.spaces.inverted)
        case "t": return .scalar("\t")
        case "n": return .scalar("\n")
        case "r": return .scalar("\r")
        case "v": return .scalar("\u{0B}")
        case "f": return .scalar("\u{0C}")
        case "b" where inClass: return .scalar("\u{08}")
        case "x":
            let value = try hexNumber(digits: 2, offset)
            return .scalar(Unicode.Scalar(UInt8(truncatingIfNeeded: value)))
        case "u": return .scalar(try unicodeEscape(offset))
        case "0":
            guard let peek, ("0"..."9").contains(peek) else { return .scalar("\0") }
            throw fault("Octal numbers are not supported; write \\x00 to \\xFF", at: offset)
        case "1"..."9", "k": throw fault("Backreferences are not supported", at: offset)
        case "p", "P": throw fault("Unicode properties are not supported", at: offset)
        case "a"..."z", "A"..."Z":
            throw fault("There is no escape \\\(scalar)", at: offset)
        default: return .scalar(scalar)
        }
    }

    /// What stands behind `\u`: four digits, two times four for a surrogate pair, or up to six in
    /// braces.
    private mutating func unicodeEscape(_ offset: Int) throws(PatternFault) -> Unicode.Scalar {
        if skip("{") {
            var value: UInt32 = 0
            let start = place
            while let digit = peek?.hexDigit, place - start < 6 {
                value = value << 4 | digit
                place += 1
            }
            let isFilled = place > start
            guard skip("}"), isFilled, let scalar = Unicode.Scalar(value) else {
                throw fault("\\u{…} takes the hexadecimal number of a scalar", at: offset)
            }
            return scalar
        }
        let first = try hexNumber(digits: 4, offset)
        if (0xD800...0xDBFF).contains(first), skip("\\"), skip("u") {
            let second = try hexNumber(digits: 4, offset)
            if (0xDC00...0xDFFF).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            {
                return scalar
            }
        } else if let scalar = Unicode.Scalar(first) {
            return scalar
        }
        throw fault("Half of a surrogate pair is no scalar", at: offset)
    }

    private mutating func hexNumber(digits: Int, _ offset: Int) throws(PatternFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = peek?.hexDigit else {
                throw fault("The escape takes \(digits) hexadecimal digits", at: offset)
            }
            value = value << 4 | digit
            place += 1
        }
        return value
    }
}

extension Unicode.Scalar {
    fileprivate var hexDigit: UInt32? {
        switch self {
        case "0"..."9": value - 0x30
        case "a"..."f": value - 0x61 + 10
        case "A"..."F": value - 0x41 + 10
        default: nil
        }
    }
}
