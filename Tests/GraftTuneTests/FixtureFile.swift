import Foundation

/// What a script in `Fixtures` wrote.
func fixture<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) -> Value {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
  return try! JSONDecoder().decode(Value.self, from: Data(contentsOf: folder.appending(path: name)))
}
