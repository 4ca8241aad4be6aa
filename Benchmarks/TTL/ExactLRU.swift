/// A ring of the keys 0 ..< `keyCount` that are held, the one used last in front; at `keyCount` it is joined.
struct ExactLRU {
    private let room: Int
    private let joint: Int
    private var next: [Int]
    private var previous: [Int]
    private var isHeld: [Bool]
    private var count = 0

    init(room: Int, keyCount: Int) {
        self.room = room
        joint = keyCount
        next = Array(repeating: keyCount, count: keyCount + 1)
        previous = next
        isHeld = Array(repeating: false, count: keyCount)
    }

    /// Puts a key in front, and returns whether it was there already; the last one goes if there is no room.
    mutating func use(_ key: Int) -> Bool {
        let wasHeld = isHeld[key]
        if wasHeld { remove(key) } else if count == room { remove(previous[joint]) }
        let first = next[joint]
        (next[joint], previous[first]) = (key, key)
        (previous[key], next[key]) = (joint, first)
        isHeld[key] = true
        count += 1
        return wasHeld
    }

    private mutating func remove(_ key: Int) {
        next[previous[key]] = next[key]
        previous[next[key]] = previous[key]
        isHeld[key] = false
        count -= 1
    }
}
