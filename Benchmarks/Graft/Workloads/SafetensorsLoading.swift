import Foundation
import Graft

/// Every tensor of a file of 100 MiB: 25 matrices of 1024 × 1024. The file is mapped and its pages are warm.
struct SafetensorsLoading: Workload {
  let name = "safetensors_load_100mb"

  func prepare() throws -> Prepared {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("graft-benchmark-\(UUID().uuidString).safetensors")
    let matrix = Tensor<Float>(repeating: 1, shape: [1024, 1024])
    try SafetensorsFile.write((0..<25).map { ("layer\($0).weight", AnyTensor(matrix)) }, to: url)
    let file = TemporaryFile(url)
    return Prepared {
      do {
        let opened = try SafetensorsFile(contentsOf: file.url)
        for name in opened.names { _ = try opened.tensor(name, as: Float.self) }
      } catch {
        fatalError("\(error)")
      }
    }
  }
}

/// A file that goes when nobody needs it any more.
private final class TemporaryFile {
  let url: URL

  init(_ url: URL) { self.url = url }

  deinit { try? FileManager.default.removeItem(at: url) }
}
