#include "go_asm.h"
#include "textflag.h"

// The inner loop of the decoder with the shifts of BMI2, in registers:
//
//	AX      the entry
//	R8, R9  bits and left, of a bitReader
//	SI, R10 the next byte to load, where loading ends
//	DI, R11 the next byte to write, the end of the plain data
//	R12 R13 the tables
//	BX CX DX R14 for anything
//
// One turn loads twice, 7 bytes each, and begins before maxBlock+9: what it reads
// ends before maxBlock+9+7+8, and inSlack is 64. It begins to write at maxBlock at
// most, writes three entries of at most 2 literals, and a match of at most 258
// bytes, 64 first and then in steps of 32: what it writes ends before
// maxBlock+6+258+32, and outSlack is 1024. Indexes of tables are masked to their sizes. It calls nothing,
// and runs for microseconds: that it cannot be preempted does not matter.

// REFILL loads whole bytes up to 56 bits or more.
#define REFILL \
	MOVQ  (SI), R14;    \
	SHLXQ R9, R14, R14; \
	ORQ   R14, R8;      \
	RORXL $3, R9, R14;  \
	ANDL  $7, R14;      \
	ADDQ  $7, SI;       \
	SUBQ  R14, SI;      \
	ORL   $56, R9

// WRITE writes the literals of the entry.
#define WRITE \
	RORXQ $32, AX, BX; \
	MOVL  BX, (DI);    \
	MOVL  AX, CX;      \
	SHRL  $24, CX;     \
	ADDQ  CX, DI

// TAKE uses the entry's bits.
#define TAKE \
	SHRXQ AX, R8, R8; \
	SUBL  AX, R9

// NEXT looks the next entry up.
#define NEXT \
	MOVL R8, DX;                         \
	ANDL $((1<<const_litBits)-1), DX;    \
	MOVQ (R12)(DX*8), AX

// func symbolsBMI2(d *decoder, dst *[outSpace]byte, out, size uint, src *[inSpace]byte, limit uint) (end uint, result int)
TEXT ·symbolsBMI2(SB), NOSPLIT, $0-64
	MOVQ d+0(FP), R12
	MOVQ dst+8(FP), DI
	MOVQ src+32(FP), R10
	MOVQ (decoder_in+bitReader_bits)(R12), R8
	MOVQ (decoder_in+bitReader_left)(R12), R9
	MOVQ (decoder_in+bitReader_pos)(R12), SI
	ADDQ R10, SI
	ADDQ limit+40(FP), R10
	MOVQ size+24(FP), R11
	ADDQ DI, R11
	ADDQ out+16(FP), DI
	LEAQ decoder_dist(R12), R13
	ADDQ $decoder_lit, R12

	CMPQ SI, R10
	JAE  cut
	REFILL
	NEXT

loop:
	CMPQ SI, R10
	JAE  over
	CMPQ DI, R11
	JA   long

	// 56 bits are there. Three entries of literals take at most 33.
	TESTL $const_entryLength, AX
	JNZ   length
	WRITE
	TAKE
	NEXT
	TESTL $const_entryLength, AX
	JNZ   length
	WRITE
	TAKE
	NEXT
	TESTL $const_entryLength, AX
	JNZ   length
	WRITE
	TAKE
	NEXT
	REFILL
	JMP  loop

length:
	// 34 bits are there; a length takes at most 20.
	TESTL $const_entryRare, AX
	JNZ   rare

match:
	WRITE
	BZHIQ AX, R8, CX
	RORXQ $8, AX, BX
	SHRXQ BX, CX, CX
	MOVQ  AX, BX
	SHRQ  $56, BX
	LEAQ  3(CX)(BX*1), CX
	TAKE

	// CX is the length. A distance takes at most 28 bits.
	MOVL R8, DX
	ANDL $((1<<const_distBits)-1), DX
	MOVQ (R13)(DX*8), AX
	REFILL
	TESTL $const_entryRare, AX
	JNZ   rareDistance

distance:
	BZHIQ AX, R8, BX
	RORXQ $8, AX, DX
	SHRXQ DX, BX, BX
	TAKE
	SHRQ  $32, AX
	ADDQ  AX, BX
	NEXT
	REFILL

	// BX is the distance. DX is where the bytes come from. Most matches are of at
	// most 64 bytes: nothing is asked that could be mispredicted.
	MOVQ    DI, DX
	SUBQ    BX, DX
	CMPQ    DX, dst+8(FP)
	JB      corrupt
	MOVL    $16, R14
	CMPQ    BX, R14
	CMOVQCC R14, BX
	SHLQ    $5, BX
	LEAQ    ·near(SB), R14
	MOVOU   (DX), X0
	MOVOU   (R14)(BX*1), X1
	PSHUFB  X1, X0
	MOVOU   X0, (DI)
	SUBQ    16(R14)(BX*1), DX
	MOVOU   16(DX), X1
	MOVOU   X1, 16(DI)
	MOVOU   32(DX), X2
	MOVOU   X2, 32(DI)
	MOVOU   48(DX), X3
	MOVOU   X3, 48(DI)
	CMPQ    CX, $64
	JA      far
	ADDQ    CX, DI
	JMP     loop

far:
	ADDQ CX, DI
	ADDQ CX, DX
	NEGQ CX
	ADDQ $32, CX

farther:
	ADDQ  $32, CX
	MOVOU (DX)(CX*1), X0
	MOVOU X0, (DI)(CX*1)
	MOVOU 16(DX)(CX*1), X1
	MOVOU X1, 16(DI)(CX*1)
	CMPQ  CX, $-32
	JL    farther
	JMP   loop

rare:
	TESTL $const_entryLink, AX
	JZ    end
	RORXQ $32, AX, BX
	SHRL  $16, AX
	RORXQ $const_litBits, R8, DX
	ANDL  AX, DX
	MOVBLZX DX, DX
	ADDL  BX, DX
	ANDL  $(const_litSize-1), DX
	MOVQ  (R12)(DX*8), AX
	TESTL $const_entryRare, AX
	JNZ   end
	TESTL $const_entryLength, AX
	JNZ   match
	CMPQ  DI, R11
	JA    long
	WRITE
	TAKE
	NEXT
	REFILL
	JMP   loop

rareDistance:
	TESTL $const_entryLink, AX
	JZ    corrupt
	RORXQ $32, AX, BX
	SHRL  $16, AX
	RORXQ $const_distBits, R8, DX
	ANDL  AX, DX
	MOVBLZX DX, DX
	ADDL  BX, DX
	ANDL  $(const_distSize-1), DX
	MOVQ  (R13)(DX*8), AX
	TESTL $const_entryRare, AX
	JZ    distance

corrupt:
	MOVQ $const_isCorrupt, result+56(FP)
	RET

end:
	TESTL $const_entryEnd, AX
	JZ    corrupt
	TAKE
	MOVQ d+0(FP), AX
	SUBQ src+32(FP), SI
	MOVQ R8, (decoder_in+bitReader_bits)(AX)
	MOVQ R9, (decoder_in+bitReader_left)(AX)
	MOVQ SI, (decoder_in+bitReader_pos)(AX)
	CMPQ DI, R11
	JA   long
	SUBQ dst+8(FP), DI
	MOVQ DI, end+48(FP)
	MOVQ $const_isEnd, result+56(FP)
	RET

over:
	CMPQ DI, R11
	JBE  cut

long:
	MOVQ $const_isLong, result+56(FP)
	RET

cut:
	MOVQ $const_isCut, result+56(FP)
	RET

// func cpuid(leaf uint32) (eax, ebx, ecx uint32)
TEXT ·cpuid(SB), NOSPLIT, $0-20
	MOVL leaf+0(FP), AX
	XORL CX, CX
	CPUID
	MOVL AX, eax+8(FP)
	MOVL BX, ebx+12(FP)
	MOVL CX, ecx+16(FP)
	RET
