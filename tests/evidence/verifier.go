// A verifier that shares nothing with the program: notes and trees by golang.org/x/mod/sumdb. Fetches
// checkpoint, key, every tile, every entry and some receipts of a server; checks all of it; then changes
// one random bit a hundred times, and each change must be found and the file that has it named.
// SPDX-License-Identifier: Apache-2.0
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height  = 8
	width   = 1 << height
	changes = 100
	largest = 32 << 20
)

// What a server shows, by its path below /ledger/.
type files map[string][]byte

var exact = base64.StdEncoding.Strict()

func fetch(base, path string) ([]byte, error) {
	answer, err := http.Get(base + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return io.ReadAll(io.LimitReader(answer.Body, largest))
}

// The path as C2SP writes it: without the height, and with "entries" for data.
func pathOf(tile tlog.Tile) string {
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

// Every tile of a tree of that size; level -1 are the entries.
func tilesOf(size int64) []tlog.Tile {
	var tiles []tlog.Tile
	for level := -1; level <= 0 || size>>(height*level) > 0; level++ {
		count := size
		if level > 0 {
			count = size >> (height * level)
		}
		for n := int64(0); n*width < count; n++ {
			w := count - n*width
			if w > width {
				w = width
			}
			tiles = append(tiles, tlog.Tile{H: height, L: level, N: n, W: int(w)})
		}
	}
	return tiles
}

func parseCheckpoint(signed []byte, key string) (origin string, tree tlog.Tree, err error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return "", tree, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return "", tree, err
	}
	if len(opened.Sigs) != 1 || len(opened.UnverifiedSigs) != 0 {
		return "", tree, fmt.Errorf("signatures that nobody asked for")
	}
	if _, err := exact.DecodeString(opened.Sigs[0].Base64); err != nil {
		return "", tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return "", tree, fmt.Errorf("not three lines of the log %s", verifier.Name())
	}
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return "", tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return lines[0], tree, err
}

func entriesOf(bundle []byte, count int) ([][]byte, error) {
	var entries [][]byte
	for i := 0; i < count; i++ {
		if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
			return nil, fmt.Errorf("ends within entry %d", i)
		}
		size := int(binary.BigEndian.Uint16(bundle))
		entries = append(entries, bundle[2:2+size])
		bundle = bundle[2+size:]
	}
	if len(bundle) != 0 {
		return nil, fmt.Errorf("has more than %d entries", count)
	}
	return entries, nil
}

type memory []tlog.Hash

func (m memory) ReadHashes(at []int64) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, i := range at {
		if i >= int64(len(m)) {
			return nil, fmt.Errorf("no hash %d", i)
		}
		hashes = append(hashes, m[i])
	}
	return hashes, nil
}

// The tiles of a copy, for x/mod's own reader, which leads from the root to a leaf.
type reader struct{ copy files }

func (r reader) Height() int                         { return height }
func (r reader) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (r reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var content [][]byte
	for _, tile := range tiles {
		content = append(content, r.copy[pathOf(tile)])
	}
	return content, nil
}

// The stored hashes of a tree of the entries; else the bundle that cannot be read.
func grow(copy files, size int64) (memory, string, error) {
	var hashes memory
	for _, tile := range tilesOf(size) {
		if tile.L >= 0 {
			continue
		}
		entries, err := entriesOf(copy[pathOf(tile)], tile.W)
		if err != nil {
			return nil, pathOf(tile), err
		}
		for i, entry := range entries {
			added, err := tlog.StoredHashes(tile.N*width+int64(i), entry, hashes)
			if err != nil {
				return nil, pathOf(tile), err
			}
			hashes = append(hashes, added...)
		}
	}
	return hashes, "", nil
}

// The first tile that is not what these hashes make it.
func differing(copy files, size int64, hashes memory, level int) (string, error) {
	for _, tile := range tilesOf(size) {
		path := pathOf(tile)
		if tile.L != level {
			continue
		}
		wanted, err := tlog.ReadTileData(tile, hashes)
		if err != nil {
			return path, err
		}
		if !bytes.Equal(wanted, copy[path]) {
			return path, fmt.Errorf("not the hashes of its entries")
		}
	}
	return "", nil
}

// Where the entries have the signed root, a tile that differs is wrong; else the entries that differ from
// their tile are.
func checkTree(copy files, tree tlog.Tree) (string, error) {
	hashes, named, err := grow(copy, tree.N)
	if err != nil {
		return named, err
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil {
		return "checkpoint", err
	}
	if root != tree.Hash {
		named, err := differing(copy, tree.N, hashes, 0)
		return strings.Replace(named, "tile/0/", "tile/entries/", 1), err
	}
	for level := 0; tree.N>>(height*level) > 0; level++ {
		if named, err := differing(copy, tree.N, hashes, level); err != nil {
			return named, err
		}
	}
	return "", nil
}

func checkReceipt(receipt []byte, key string, leaf func(int64) tlog.Hash) error {
	head, checkpoint, found := strings.Cut(string(receipt), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" ||
		!strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		return fmt.Errorf("no receipt")
	}
	entry, err := exact.DecodeString(lines[1][len("extra "):])
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(lines[2][len("index "):], 10, 64)
	if err != nil {
		return err
	}
	_, tree, err := parseCheckpoint([]byte(checkpoint), key)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := exact.DecodeString(line)
		if err != nil || len(hash) != tlog.HashSize {
			return fmt.Errorf("a line that is no hash")
		}
		proof = append(proof, tlog.Hash(*(*[tlog.HashSize]byte)(hash)))
	}
	if index >= tree.N {
		return fmt.Errorf("beyond its checkpoint")
	}
	if tlog.RecordHash(entry) != leaf(index) {
		return fmt.Errorf("of another entry than the tile has")
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

// The first file that does not hold, and why; "" when all do.
func problem(copy files) (string, error) {
	key := strings.TrimSuffix(string(copy["key"]), "\n")
	if !bytes.HasSuffix(copy["key"], []byte("\n")) {
		return "key", fmt.Errorf("no line")
	}
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return "key", err
	}
	// x/mod takes capital digits, too.
	if !strings.HasPrefix(key, fmt.Sprintf("%s+%08x+", verifier.Name(), verifier.KeyHash())) {
		return "key", fmt.Errorf("not as it is written")
	}
	_, tree, err := parseCheckpoint(copy["checkpoint"], key)
	if err != nil {
		return "checkpoint", err
	}
	if named, err := checkTree(copy, tree); err != nil {
		return named, err
	}
	leaf := func(index int64) tlog.Hash {
		trusted := tlog.TileHashReader(tree, reader{copy})
		hashes, err := trusted.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		if err != nil {
			return tlog.Hash{}
		}
		return hashes[0]
	}
	for path, content := range copy {
		if strings.HasPrefix(path, "receipts/") {
			if err := checkReceipt(content, key, leaf); err != nil {
				return path, err
			}
		}
	}
	return "", nil
}

func take(base string) (files, error) {
	copy := files{}
	get := func(path string) error {
		content, err := fetch(base, path)
		copy[path] = content
		return err
	}
	for _, path := range []string{"key", "checkpoint"} {
		if err := get(path); err != nil {
			return nil, err
		}
	}
	_, tree, err := parseCheckpoint(copy["checkpoint"], strings.TrimSpace(string(copy["key"])))
	if err != nil {
		return nil, err
	}
	for _, tile := range tilesOf(tree.N) {
		if err := get(pathOf(tile)); err != nil {
			return nil, err
		}
	}
	for _, position := range []int64{0, 1, tree.N / 2, tree.N - 1} {
		if err := get(fmt.Sprintf("receipts/%d", position)); err != nil {
			return nil, err
		}
	}
	return copy, nil
}

// Flips one bit of one file, asks, and puts it back.
func change(copy files, paths []string, random *rand.Rand) error {
	path := paths[random.Intn(len(paths))]
	sound := copy[path]
	changed := append([]byte(nil), sound...)
	bit := random.Intn(len(changed) * 8)
	changed[bit/8] ^= 1 << (bit % 8)
	copy[path] = changed
	named, err := problem(copy)
	copy[path] = sound
	// With another key or size, the checkpoint is what does not fit it.
	if named == path || (path == "key" && named == "checkpoint") {
		return nil
	}
	return fmt.Errorf("bit %d of %s: %q was named (%v)", bit, path, named, err)
}

func run(base string, seed int64) error {
	copy, err := take(base)
	if err != nil {
		return err
	}
	if named, err := problem(copy); err != nil {
		return fmt.Errorf("%s: %v", named, err)
	}
	var paths []string
	for path := range copy {
		paths = append(paths, path)
	}
	sort.Strings(paths)
	random := rand.New(rand.NewSource(seed))
	for i := 0; i < changes; i++ {
		if err := change(copy, paths, random); err != nil {
			return fmt.Errorf("seed %d: %v", seed, err)
		}
	}
	fmt.Printf("%d files hold; %d changes were found and named\n", len(copy), changes)
	return nil
}

// Each key has signed the note on standard input, in this order, and nobody else.
func checkSignatures(keys []string) error {
	signed, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	var verifiers []note.Verifier
	for _, key := range keys {
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return err
		}
		verifiers = append(verifiers, verifier)
	}
	opened, err := note.Open(signed, note.VerifierList(verifiers...))
	if err != nil {
		return err
	}
	if len(opened.Sigs) != len(keys) || len(opened.UnverifiedSigs) != 0 {
		return fmt.Errorf("%d of %d keys, and %d others", len(opened.Sigs), len(keys), len(opened.UnverifiedSigs))
	}
	for i, signature := range opened.Sigs {
		if signature.Hash != verifiers[i].KeyHash() {
			return fmt.Errorf("signature %d is not by key %d", i, i)
		}
	}
	fmt.Printf("signed by %d keys\n", len(keys))
	return nil
}

func main() {
	if os.Args[1] == "signatures" {
		if err := checkSignatures(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	seed, err := strconv.ParseInt(os.Args[2], 10, 64)
	if err == nil {
		err = run(os.Args[1], seed)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
