import CGraftKernels
import GraftTensor
import Testing

@Suite struct KernelsWindowTests {
  @Test(arguments: TableUnderTest.all) func gathersRuns(_ test: TableUnderTest) {
    let kernels = test.kernels
    let lanes = kernels.lanes
    var generator = TestGenerator(31)
    let source = generator.floats(400)
    for length in [1, 2, lanes - 1, lanes, lanes + 1, 2 * lanes, 5 * lanes + 3] {
      // Rows of `length` in runs of random lengths, each copied as whole vectors.
      var runs: [graft_run] = []
      var expectedFrom: [Int] = []
      while expectedFrom.count < length {
        let from = Int.random(in: 0..<200, using: &generator)
        let run = min(Int.random(in: 1...2 * lanes, using: &generator), length - expectedFrom.count)
        for start in stride(from: 0, to: run, by: lanes) {
          runs.append(graft_run(from: Int32(from + start), to: Int32(expectedFrom.count + start)))
        }
        expectedFrom += from..<from + run
      }
      let offsets = (0..<7).map { _ in Int.random(in: 0..<100, using: &generator) }
      var out = [Float](repeating: 99, count: 7 * length + lanes)
      kernels.gather_windows(source, offsets, 7, runs, runs.count, &out, length)
      for (row, offset) in offsets.enumerated() {
        #expect(Array(out[row * length..<(row + 1) * length]) == expectedFrom.map { source[offset + $0] })
      }
    }
  }

  @Test(arguments: TableUnderTest.all) func packsFiltersAsMatrixRows(_ test: TableUnderTest) {
    let kernels = test.kernels
    let mr = kernels.mr
    var generator = TestGenerator(32)
    let source = generator.floats(5000)
    let taps = [4, 0, 7]
    for lanes in [1, mr - 1, mr, 2 * mr + 1] {
      var panels = [Float](repeating: 99, count: (lanes + mr - 1) / mr * mr * 6)
      kernels.pack_filters(source, 9, 200, taps, taps.count, lanes, 2, &panels)
      for lane in 0..<(lanes + mr - 1) / mr * mr {
        for place in 0..<6 {
          let expected = lane < lanes ? source[lane * 9 + place / 3 * 200 + taps[place % 3]] : 0
          #expect(panels[lane / mr * mr * 6 + place * mr + lane % mr] == expected)
        }
      }
    }
  }

  @Test func fillsGridsByTheDefinition() {
    var generator = TestGenerator(33)
    for _ in 0..<400 {
      func length(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
      let (channels, images) = (length(1...3), length(1...3))
      let strides = (length(1...4), [1, 2, 3, 4, 4][length(0...4)])
      var grid = graft_grid(
        height: length(1...6), width: length(1...length(1...60)), stride_height: strides.0,
        stride_width: strides.1,
        top: length(-4...4), left: length(-4...4), row_phases: length(1...strides.0),
        column_phases: length(0...1) == 0 ? strides.1 : length(1...strides.1), rows: length(1...5),
        columns: length(1...20))
      let plane = grid.height * grid.width
      let source = generator.floats(channels * images * plane)
      let gridSize = images * grid.row_phases * grid.column_phases * grid.rows * grid.columns
      var out = [Float](repeating: 99, count: channels * (gridSize + 2))
      var expected = out
      // Images apart, channels together.
      let filled = length(1...grid.rows)
      graft_fill_grid(
        &grid, source, channels, plane, images, channels * plane, filled, &out, gridSize + 2)
      for c in 0..<channels {
        var place = c * (gridSize + 2)
        for n in 0..<images {
          for i in 0..<grid.row_phases {
            for j in 0..<grid.column_phases {
              for row in 0..<grid.rows {
                for column in 0..<grid.columns {
                  let y = grid.top + row * grid.stride_height + i
                  let x = grid.left + column * grid.stride_width + j
                  let inside = y >= 0 && y < grid.height && x >= 0 && x < grid.width
                  if row < filled {
                    expected[place] = inside ? source[(n * channels + c) * plane + y * grid.width + x] : 0
                  }
                  place += 1
                }
              }
            }
          }
        }
      }
      #expect(out == expected, "\(grid)")
    }
  }

  @Test func scattersPositions() {
    var generator = TestGenerator(34)
    for step in 1...3 {
      let results = generator.floats(11)
      var target = [Float](repeating: 99, count: 100)
      var expected = target
      // Positions 3..<14 of rows of 4.
      graft_scatter_positions(results, 3, 11, 4, &target, 20, step)
      for (index, value) in results.enumerated() {
        expected[(3 + index) / 4 * 20 + (3 + index) % 4 * step] = value
      }
      #expect(target == expected)
    }
  }
}
