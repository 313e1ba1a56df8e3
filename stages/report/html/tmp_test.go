package html
import ("testing";"os")
func TestTmp(t *testing.T){ for _,n:=range []string{"rare-negative","rare-positive","solid","haem"} { os.WriteFile("/tmp/g/"+n+".html",[]byte(write(t,load(t,n))),0o644)} }
