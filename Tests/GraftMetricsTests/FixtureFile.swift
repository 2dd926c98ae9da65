import Foundation

/// What a script in `Fixtures` wrote.
func fixture<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) -> Value {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
  return try! JSONDecoder().decode(Value.self, from: Data(contentsOf: folder.appending(path: name)))
}

/// Whether two figures agree but for the rounding of a few dozen double-precision operations.
func agree(_ a: Double, _ b: Double) -> Bool {
  abs(a - b) <= 1e-13 * max(1, abs(b))
}

/// Whether two figures are both not defined, or agree.
func agree(_ a: Double?, _ b: Double?) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  return agree(a, b)
}

/// Whether as many figures agree one by one.
func agree(_ a: [Double], _ b: [Double]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { agree($0, $1) }
}
